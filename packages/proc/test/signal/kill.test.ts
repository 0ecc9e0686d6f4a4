import { describe, it } from 'mocha';
import { EINVAL, EPERM, ESRCH } from '../../src/errno.ts';
import { SIGCONT, SIGKILL, SIGTERM, SIGUSR1 } from '../../src/signal/signals.ts';
import { runs } from './fixtures/explored.ts';

const ONE = { schedules: 5 };

describe('kill', () => {
  it(
    'refuses what is no signal or no process, and asks with signal 0',
    runs(
      'kill errnos',
      {
        *main(u) {
          const own = yield* u.getpid();
          for (const [pid, signal, errno] of [
            [own, 33, EINVAL],
            [own, -1, EINVAL],
            [300, SIGTERM, ESRCH],
            [300, 0, ESRCH],
            [-300, SIGTERM, ESRCH],
            [-300, 0, ESRCH],
            [own, 0, 0],
            [0, 0, 0],
            [-own, 0, 0],
            // Nobody but init and itself.
            [-1, 0, ESRCH],
            [1, 0, 0],
          ] as const) {
            const result = yield* u.kill(pid, signal);
            u.assert(result === (errno === 0 ? 0 : -1), `kill(${pid}, ${signal}) = ${result}`);
            if (errno !== 0) u.assert(u.errno === errno, `kill(${pid}, ${signal}): errno ${u.errno}`);
          }
          u.assert((yield* u.killpg(-2, 0)) === -1 && u.errno === EINVAL, 'killpg of a negative group');
          u.assert((yield* u.killpg(0, 0)) === 0, 'killpg of the own group');
        },
      },
      ONE,
    ),
  );

  it(
    'does nothing to init, which minds no default',
    runs(
      'kill init',
      {
        *main(u) {
          for (const signal of [SIGTERM, SIGKILL, 17]) u.assert((yield* u.kill(1, signal)) === 0, 'kill(1)');
          const pid = yield* u.fork('child');
          const { status } = yield* u.wait4(pid);
          u.assert(status === 0, 'init goes on');
        },
        *child(u) {
          yield* u.getpid();
        },
      },
      ONE,
    ),
  );

  it(
    'needs the same user, unless SIGCONT goes to a process of the same session',
    runs(
      'kill permission',
      {
        *main(u) {
          const root = yield* u.getpid();
          yield* u.signal(SIGUSR1, 'SIG_IGN');
          const pid = yield* u.fork('child', root);
          const { status } = yield* u.wait4(pid);
          u.assert(status === 0, `status ${status}`);
        },
        *child(u, root: number) {
          yield* u.setuid(10);
          u.assert((yield* u.kill(root, SIGUSR1)) === -1 && u.errno === EPERM, 'EPERM');
          u.assert((yield* u.kill(root, 0)) === -1 && u.errno === EPERM, 'EPERM for signal 0');
          u.assert((yield* u.kill(root, SIGCONT)) === 0, 'SIGCONT in the session');
          // The group has a member it may signal: itself.
          yield* u.signal(SIGUSR1, 'SIG_IGN');
          u.assert((yield* u.kill(0, SIGUSR1)) === 0, 'success for one is success');
          u.assert((yield* u.kill(-1, SIGUSR1)) === -1 && u.errno === EPERM, 'nobody it may signal');
          const own = yield* u.getpid();
          yield* u.setpgid(0, 0);
          u.assert((yield* u.kill(-own, 0)) === 0, 'its own group');
          u.assert((yield* u.kill(-root, 0)) === -1 && u.errno === EPERM, 'a group it may not signal');
        },
      },
      ONE,
    ),
  );

  it(
    'of a zombie succeeds, and of one that was reaped does not',
    runs(
      'kill zombie',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          // Until it is a zombie and after: never an error.
          for (let i = 0; i < 3; i++) u.assert((yield* u.kill(pid, 0)) === 0, 'not reaped yet');
          yield* u.wait4(pid);
          u.assert((yield* u.kill(pid, 0)) === -1 && u.errno === ESRCH, 'reaped');
        },
        *child(u) {
          yield* u.exit(0);
        },
      },
      { schedules: 60 },
    ),
  );

  it(
    'to -1 reaches all but the caller',
    runs(
      'broadcast',
      {
        *main(u) {
          const pids = [yield* u.fork('child'), yield* u.fork('child')];
          u.assert((yield* u.kill(-1, SIGTERM)) === 0, 'kill(-1)');
          for (const pid of pids) {
            const { status } = yield* u.wait4(pid);
            u.assert(status === SIGTERM, `status ${status}`);
          }
        },
        *child(u) {
          for (;;) yield* u.pause();
        },
      },
      { schedules: 60 },
    ),
  );
});
