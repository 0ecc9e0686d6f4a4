import { describe, it } from 'mocha';
import { SIGCONT, SIGKILL, SIGSTOP, SIGTSTP, SIGUSR1, SIGUSR2 } from '../../src/signal/signals.ts';
import { SA_RESTART, sigbit } from '../../src/signal/sigacts.ts';
import { runs } from './fixtures/explored.ts';
const ALL = [SIGSTOP, SIGCONT, SIGTSTP, SIGUSR1, SIGUSR2];
describe('signals of all kinds from two senders to three lwps', () => {
  it(
    'end with SIGKILL',
    runs(
      'all kinds',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const second = yield* u.fork('second', pid);
          for (let i = 0; i < 3; i++) yield* u.kill(pid, ALL[u.choose(ALL.length)]);
          yield* u.kill(pid, SIGKILL);
          const { pid: found, status } = yield* u.wait4(pid);
          // Until it has its handlers it may end by the others.
          u.assert(found === pid && [SIGKILL, SIGUSR1, SIGUSR2].includes(status), `status ${status}`);
          yield* u.wait4(second);
        },
        *second(u, pid: number) {
          for (let i = 0; i < 3; i++) yield* u.kill(pid, ALL[u.choose(ALL.length)]);
        },
        *child(u) {
          yield* u.sigprocmask(1, sigbit(SIGUSR2) | sigbit(SIGUSR1));
          yield* u.setpgid(0, 0);
          yield* u.sigaction(SIGUSR1, 'handler', { flags: SA_RESTART });
          yield* u.sigaction(SIGUSR2, 'handler');
          yield* u.lwp_create('sleeper');
          yield* u.lwp_create('masker');
          for (let i = 0; i < 5; i++) yield* u.nanosleep(1);
          for (;;) yield* u.sigsuspend(0);
        },
        *sleeper(u) {
          for (let i = 0; i < 5; i++) yield* u.nanosleep(2);
          yield* u.extexit();
        },
        *masker(u) {
          for (let i = 0; i < 6; i++) yield* u.sigprocmask((i % 2) + 1, sigbit(SIGTSTP) | sigbit(SIGUSR2));
          for (;;) yield* u.pause();
        },
        *handler(u) {
          yield* u.store(0, (yield* u.load(0)) + 1);
        },
      },
      { schedules: 300, cpus: 3, strategy: 'portfolio' },
    ),
  );
});
