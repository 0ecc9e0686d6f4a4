import { EBADF, EBUSY, EFAULT, EIO, ENOENT, ESRCH } from '@smplab/proc';
import { contents, names, ok, runs } from '../fixtures/procfs-program.ts';

/** Why a node of a process that execs or exits right now may not be read; and nothing is at address 0. */
const GOING: readonly number[] = [ENOENT, ESRCH, EIO, EBADF, EBUSY, EFAULT];

for (const profile of ['netbsd', 'freebsd', 'linux'] as const)
  describe(`readers of a process that execs and exits (${profile})`, () => {
    it(
      'get a whole text or an errno, and leave nothing behind',
      runs(
        `races ${profile}`,
        {
          *main(u) {
            const pid = yield* u.fork('execs');
            yield* u.fork('reads', pid);
            for (let look = 0; look < 3; look++) {
              for (const name of ['status', 'cmdline', 'mem']) {
                const text = yield* contents(u, `/proc/${pid}/${name}`);
                const error = /^errno (\d+)$/.exec(text);
                u.assert(error === null || GOING.includes(Number(error[1])), `${name}: ${text}`);
              }
            }
            yield* u.wait();
            yield* u.wait();
          },
          *reads(u, pid: number) {
            const fd = yield* u.open(`/proc/${pid}`);
            for (let look = 0; look < 3; look++) {
              const listed = (yield* names(u, '/proc')).split(' ');
              u.assert(listed.length > 2, listed.join(' '));
              if (fd >= 0) yield* u.lseek(fd, 0);
              if (fd >= 0) yield* u.getdents(fd, 1024);
            }
          },
          *execs(u) {
            yield* ok(u, u.execve('/bin/other'), 'execve');
          },
        },
        {
          profile,
          search: { schedules: 8 },
          programs: {
            '/bin/other': {
              *main(u) {
                yield* u.exit(3);
              },
            },
          },
        },
      ),
    );
  });
