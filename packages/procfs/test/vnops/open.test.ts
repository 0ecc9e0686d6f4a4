import { EBUSY, ENOENT, EPERM, kern } from '@smplab/proc';
import { fails, O_EXCL, O_RDONLY, O_RDWR, O_WRONLY, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };
const USER = 100;

describe('VOP_OPEN of procfs', () => {
  it(
    'lets one write memory alone, until it closes it',
    runs(
      'open excl',
      {
        *main(u) {
          const mem = `/proc/${yield* u.getpid()}/mem`;
          const alone = yield* ok(u, u.open(mem, O_RDWR | O_EXCL), 'alone');
          yield* fails(u, u.open(mem, O_WRONLY), EBUSY, 'another writes');
          const reader = yield* ok(u, u.open(mem, O_RDONLY), 'another reads');
          yield* ok(u, u.close(reader), 'close');
          yield* fails(u, u.open(mem, O_WRONLY), EBUSY, 'a reader that closes changes nothing');
          yield* ok(u, u.close(alone), 'close');
          const first = yield* ok(u, u.open(mem, O_WRONLY), 'one of several');
          yield* ok(u, u.open(mem, O_WRONLY), 'another');
          yield* fails(u, u.open(mem, O_RDWR | O_EXCL), EBUSY, 'alone with others');
          yield* ok(u, u.close(first), 'close');
        },
      },
      ONCE,
    ),
  );

  it(
    'finds a process, whose memory root may have, and no other',
    runs(
      'open kauth',
      {
        *main(u) {
          const pid = yield* u.fork('user');
          yield* ok(u, u.open(`/proc/${pid}/mem`, O_RDWR), 'root');
          yield* fails(u, u.open('/proc/999/mem', O_RDWR), ENOENT, 'nobody');
          yield* u.kill(pid, kern.SIGKILL);
          yield* u.wait();
        },
        *user(u) {
          yield* u.pause();
        },
      },
      ONCE,
    ),
  );

  it(
    'keeps memory of processes outside its root from a caller in one of its own',
    runs(
      'open chroot',
      {
        *main(u) {
          const pid = yield* u.getpid();
          yield* ok(u, u.mkdir('/jail', 0o755), 'mkdir');
          const dir = yield* ok(u, u.open(`/proc/${pid}`), 'open the directory');
          yield* u.fork('jailed', dir);
          yield* u.wait();
        },
        *jailed(u, dir: number) {
          yield* ok(u, u.chroot('/jail'), 'chroot');
          // A way into /proc that leads out of the jail.
          yield* ok(u, u.fchdir(dir), 'fchdir');
          yield* fails(u, u.open('mem'), EPERM, 'mem of the parent');
          yield* ok(u, u.open('status'), 'status of the parent');
        },
      },
      ONCE,
    ),
  );

  it(
    'has what was opened read with the rights of who opened it',
    runs(
      'open sugid',
      {
        *main(u) {
          const fd = yield* ok(u, u.open('/proc/curproc/regs'), 'open');
          yield* ok(u, u.setresuid(USER, USER, USER), 'setresuid');
          u.assert(((yield* u.read(fd, 4)) ?? []).length === 4, 'regs');
        },
      },
      ONCE,
    ),
  );
});
