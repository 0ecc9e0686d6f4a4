import { describe, it } from 'mocha';
import { EINTR } from '../../src/errno.ts';
import { SA_NODEFER, SA_RESETHAND, SA_RESTART, sigbit } from '../../src/signal/sigacts.ts';
import {
  SIGABRT,
  SIGCHLD,
  SIGINT,
  SIGKILL,
  SIGSEGV,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
} from '../../src/signal/signals.ts';
import { runs } from './fixtures/explored.ts';

const BLOCK = 1;
const SETMASK = 3;
const WORD = 4;
const ONE = { schedules: 5 };

describe('a handler', () => {
  it(
    'runs at the boundary with the signal held back, and the mask comes back after it',
    runs(
      'handler mask',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler', { mask: sigbit(SIGINT) });
          yield* u.kill(yield* u.getpid(), SIGUSR1);
          u.assert((yield* u.load(0)) === SIGUSR1, 'it ran before kill returned');
          u.assert((yield* u.load(WORD)) === (sigbit(SIGUSR1) | sigbit(SIGINT)), 'mask in the handler');
          u.assert((yield* u.sigprocmask(BLOCK, 0)) === 0, 'mask after it');
        },
        *handler(u, signal: number) {
          yield* u.store(0, signal);
          yield* u.store(WORD, yield* u.sigprocmask(BLOCK, 0));
        },
      },
      ONE,
    ),
  );

  it(
    'is interrupted by another one, and by itself only with SA_NODEFER',
    runs(
      'nested handlers',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'outer');
          yield* u.sigaction(SIGUSR2, 'inner', { flags: SA_NODEFER });
          yield* u.kill(yield* u.getpid(), SIGUSR1);
          // outer: 1, inner while it runs: 2 twice, one in the other, then 3 at the end of outer; outer
          // again.
          u.assert((yield* u.load(0)) === 1_22_3_1_22_3, `order ${yield* u.load(0)}`);
        },
        *outer(u) {
          const own = yield* u.getpid();
          yield* u.store(0, (yield* u.load(0)) * 10 + 1);
          if ((yield* u.load(2 * WORD)) === 0) {
            yield* u.store(2 * WORD, 1);
            yield* u.kill(own, SIGUSR1);
          }
          yield* u.store(WORD, 0);
          yield* u.kill(own, SIGUSR2);
          yield* u.store(0, (yield* u.load(0)) * 10 + 3);
        },
        *inner(u) {
          yield* u.store(0, (yield* u.load(0)) * 10 + 2);
          const depth = (yield* u.load(WORD)) + 1;
          yield* u.store(WORD, depth);
          if (depth < 2) yield* u.kill(yield* u.getpid(), SIGUSR2);
        },
      },
      ONE,
    ),
  );

  it(
    'is forgotten after the first time with SA_RESETHAND',
    runs(
      'reset handler',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const { status } = yield* u.wait4(pid);
          u.assert(status === SIGUSR1, `status ${status}`);
        },
        *child(u) {
          yield* u.sigaction(SIGUSR1, 'handler', { flags: SA_RESETHAND });
          const own = yield* u.getpid();
          yield* u.kill(own, SIGUSR1);
          u.assert((yield* u.load(0)) === 1, 'handled once');
          yield* u.kill(own, SIGUSR1);
          u.fail('the default comes second');
        },
        *handler(u) {
          yield* u.store(0, (yield* u.load(0)) + 1);
        },
      },
      ONE,
    ),
  );

  it(
    'ends a call with EINTR, or has it issued again with SA_RESTART',
    runs('restart', {
      *main(u) {
        for (const flags of [0, SA_RESTART]) {
          yield* u.store(0, 0);
          yield* u.sigaction(SIGUSR1, 'handler', { flags });
          const pid = yield* u.fork('child', yield* u.getpid());
          let waited = yield* u.wait4(pid);
          if (flags === SA_RESTART)
            u.assert(waited.pid === pid, `wait4 gave ${waited.pid}, errno ${u.errno}`);
          else if (waited.pid === -1) {
            u.assert(u.errno === EINTR, `errno ${u.errno}`);
            waited = yield* u.wait4(pid);
          }
          u.assert(waited.pid === pid && waited.status === 0, 'the child was reaped');
          u.assert((yield* u.load(0)) === 1, 'handled once');
        }
      },
      *child(u, parent: number) {
        yield* u.kill(parent, SIGUSR1);
        yield* u.nanosleep(2);
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );

  it(
    'of SIGCHLD runs for each child that ended, or once for several',
    runs('sigchld', {
      *main(u) {
        yield* u.sigaction(SIGCHLD, 'handler', { flags: SA_RESTART });
        const pids = [yield* u.fork('child', 1), yield* u.fork('child', 2)];
        for (const pid of pids) {
          const { pid: found } = yield* u.wait4(pid);
          u.assert(found === pid, 'wait4');
        }
        const times = yield* u.load(0);
        u.assert(times === 1 || times === 2, `handled ${times} times`);
      },
      *child(u, code: number) {
        yield* u.exit(code);
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );
});

describe('a signal', () => {
  it(
    'ends the process by default: its number is the status, with the core flag for those that dump',
    runs(
      'default',
      {
        *main(u) {
          for (const [signal, status] of [
            [SIGTERM, SIGTERM],
            [SIGKILL, SIGKILL],
            [SIGABRT, SIGABRT | 0x80],
            [SIGSEGV, SIGSEGV | 0x80],
          ]) {
            const pid = yield* u.fork('child', signal);
            const { status: found } = yield* u.wait4(pid);
            u.assert(found === status, `signal ${signal}: status ${found}`);
          }
        },
        *child(u, signal: number) {
          yield* u.kill(yield* u.getpid(), signal);
          u.fail('goes on');
        },
      },
      ONE,
    ),
  );

  it(
    'that is held back waits; one that is ignored does not',
    runs(
      'held back',
      {
        *main(u) {
          const own = yield* u.getpid();
          yield* u.sigprocmask(BLOCK, sigbit(SIGTERM) | sigbit(SIGUSR1) | sigbit(SIGKILL));
          u.assert((yield* u.sigprocmask(BLOCK, 0)) === (sigbit(SIGTERM) | sigbit(SIGUSR1)), 'not SIGKILL');
          yield* u.kill(own, SIGTERM);
          yield* u.kill(own, SIGCHLD);
          yield* u.kill(own, SIGUSR1);
          u.assert((yield* u.sigpending()) === (sigbit(SIGTERM) | sigbit(SIGUSR1)), 'pending');
          yield* u.signal(SIGTERM, 'SIG_IGN');
          u.assert((yield* u.sigpending()) === sigbit(SIGUSR1), 'forgotten when it is ignored');
          yield* u.signal(SIGUSR1, 'handler');
          yield* u.sigprocmask(SETMASK, 0);
          u.assert((yield* u.load(0)) === 1, 'taken when it is not held back any more');
        },
        *handler(u) {
          yield* u.store(0, 1);
        },
      },
      ONE,
    ),
  );

  it(
    'for the process is taken once, by whichever lwp does not hold it back',
    runs('lwps', {
      *main(u) {
        yield* u.sigaction(SIGUSR1, 'handler', { flags: SA_RESTART });
        yield* u.lwp_create('other');
        yield* u.kill(yield* u.getpid(), SIGUSR1);
        // Whoever takes it, it is taken.
        while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
        yield* u.store(WORD, 1);
        while ((yield* u.load(2 * WORD)) === 0) yield* u.nanosleep(1);
        u.assert((yield* u.load(0)) === 1, `handled ${yield* u.load(0)} times`);
      },
      *other(u) {
        while ((yield* u.load(WORD)) === 0) yield* u.nanosleep(1);
        yield* u.store(2 * WORD, 1);
        yield* u.extexit();
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );
});
