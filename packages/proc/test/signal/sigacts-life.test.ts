import { describe, it } from 'mocha';
import { RFFDG, RFPROC, RFSIGSHARE } from '../../src/life/rfork-flags.ts';
import { sys_sigaction } from '../../src/signal/sigaction.ts';
import { SA_RESETHAND, SIG_DFL, SIG_IGN } from '../../src/signal/sigacts.ts';
import { SIGUSR1, SIGUSR2 } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { type ExploredOptions, runs } from './fixtures/explored.ts';

/** What a signal does, as a system call of the tests: SIG_DFL, SIG_IGN or another number. */
const OPTIONS: ExploredOptions = {
  systemCalls: {
    *actionOf(k, signal: number) {
      const old = { action: 0, mask: 0, flags: 0 };
      yield* sys_sigaction(k.context, signal, null, 0, 0, old);
      return old.action;
    },
  },
};

function* isNow(u: User, signal: number, action: number | 'handled', who: string): Generator {
  const found = yield* u.syscall('actionOf', signal);
  const is = found === SIG_DFL || found === SIG_IGN ? found : 'handled';
  u.assert(is === action, `${who}: the action of ${signal} is ${is}, not ${action}`);
}

describe('signal actions', () => {
  it(
    'of a child are those of its parent at the fork, whatever either changes afterwards, in any order',
    runs(
      'sigacts of forks',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler');
          yield* u.fork('child');
          yield* u.sigaction(SIGUSR2, 'SIG_IGN');
          yield* isNow(u, SIGUSR1, 'handled', 'parent');
          yield* u.wait();
          yield* isNow(u, SIGUSR1, 'handled', 'parent, later');
          yield* isNow(u, SIGUSR2, SIG_IGN, 'parent');
        },
        *child(u) {
          yield* isNow(u, SIGUSR2, SIG_DFL, 'child');
          yield* u.fork('grandchild');
          yield* u.sigaction(SIGUSR1, 'SIG_IGN');
          yield* isNow(u, SIGUSR1, SIG_IGN, 'child');
          yield* u.wait();
        },
        *grandchild(u) {
          yield* isNow(u, SIGUSR1, 'handled', 'grandchild');
        },
        *handler(u) {
          yield* u.getpid();
        },
      },
      { ...OPTIONS, schedules: 200 },
    ),
  );

  it(
    'that a handler resets are reset for its own process only',
    runs(
      'sigacts reset',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler', { flags: SA_RESETHAND });
          yield* u.fork('child');
          yield* u.wait();
          yield* isNow(u, SIGUSR1, 'handled', 'parent');
        },
        *child(u) {
          yield* u.kill(yield* u.getpid(), SIGUSR1);
          yield* isNow(u, SIGUSR1, SIG_DFL, 'child');
        },
        *handler(u) {
          yield* u.getpid();
        },
      },
      OPTIONS,
    ),
  );

  it(
    'are changed for both by RFSIGSHARE, and not for a child that was forked before or after',
    runs(
      'sigacts shared',
      {
        *main(u) {
          yield* u.fork('watcher');
          yield* u.rfork(RFPROC | RFFDG | RFSIGSHARE, 'sharer');
          yield* u.fork('watcher');
          yield* u.store(0, 1);
          for (let left = 3; left > 0; left--) yield* u.wait();
          yield* isNow(u, SIGUSR1, SIG_IGN, 'parent');
          yield* isNow(u, SIGUSR2, SIG_DFL, 'parent');
        },
        *sharer(u) {
          yield* u.sigaction(SIGUSR1, 'SIG_IGN');
        },
        *watcher(u) {
          // Forked before or after the change: whichever it was, it stays.
          const first = yield* u.syscall('actionOf', SIGUSR1);
          yield* u.sigaction(SIGUSR2, 'SIG_IGN');
          u.assert((yield* u.syscall('actionOf', SIGUSR1)) === first, 'another process changed it');
        },
      },
      { ...OPTIONS, schedules: 200 },
    ),
  );

  it(
    'go back to their defaults at an exec without harm to those they were the same for',
    runs(
      'sigacts exec',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler');
          yield* u.fork('executes');
          yield* u.wait();
          yield* isNow(u, SIGUSR1, 'handled', 'parent');
        },
        *executes(u) {
          yield* u.execve('/bin/other');
        },
        *handler(u) {
          yield* u.getpid();
        },
      },
      OPTIONS,
      {
        '/bin/other': {
          *main(u) {
            yield* isNow(u, SIGUSR1, SIG_DFL, 'the new image');
          },
        },
      },
    ),
  );
});
