import { describe, it } from 'mocha';
import { EINTR, EINVAL } from '../../src/errno.ts';
import { sigbit } from '../../src/signal/sigacts.ts';
import { SIGKILL, SIGSTOP, SIGUSR1, SIGUSR2 } from '../../src/signal/signals.ts';
import { runs } from './fixtures/explored.ts';

const BLOCK = 1;
const WORD = 4;

describe('sigaction', () => {
  it(
    'refuses what is no signal, and to catch or ignore SIGKILL and SIGSTOP',
    runs(
      'sigaction errnos',
      {
        *main(u) {
          for (const [signal, action] of [
            [0, 'SIG_IGN'],
            [33, 'SIG_IGN'],
            [SIGKILL, 'SIG_IGN'],
            [SIGSTOP, 'handler'],
          ] as const) {
            const result = yield* u.sigaction(signal, action);
            u.assert(result === -1 && u.errno === EINVAL, `sigaction(${signal}, ${action})`);
          }
          u.assert((yield* u.sigaction(SIGKILL, 'SIG_DFL')) === 0, 'the default is no change');
          u.assert((yield* u.sigprocmask(4, 0)) === -1 && u.errno === EINVAL, 'sigprocmask(4)');
        },
        *handler(u) {
          yield* u.getpid();
        },
      },
      { schedules: 1 },
    ),
  );
});

describe('sigsuspend', () => {
  it(
    'misses no signal between the change of the mask and the wait, and the mask is back after the handler',
    runs(
      'sigsuspend',
      {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler');
          yield* u.sigprocmask(BLOCK, sigbit(SIGUSR1) | sigbit(SIGUSR2));
          yield* u.fork('child', yield* u.getpid());
          while ((yield* u.load(0)) === 0) {
            u.assert((yield* u.sigsuspend(sigbit(SIGUSR2))) === -1 && u.errno === EINTR, 'EINTR');
          }
          u.assert((yield* u.load(WORD)) === (sigbit(SIGUSR1) | sigbit(SIGUSR2)), 'mask in the handler');
          const mask = yield* u.sigprocmask(BLOCK, 0);
          u.assert(mask === (sigbit(SIGUSR1) | sigbit(SIGUSR2)), `mask ${mask}`);
        },
        *child(u, parent: number) {
          yield* u.kill(parent, SIGUSR1);
        },
        *handler(u) {
          yield* u.store(0, 1);
          yield* u.store(WORD, yield* u.sigprocmask(BLOCK, 0));
        },
      },
      { schedules: 200 },
    ),
  );
});
