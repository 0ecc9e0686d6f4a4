import { ENOENT, kern } from '@smplab/proc';
import { fails, names, ok, runs } from '../fixtures/procfs-program.ts';

const USER = 100;

for (const curtain of [false, true])
  describe(`processes of others ${curtain ? 'behind' : 'without'} a curtain`, () => {
    it(
      curtain
        ? 'are neither listed nor found, nor are those that were found before'
        : 'are listed, found and told about',
      runs(
        `visible ${curtain}`,
        {
          *main(u) {
            const pid = yield* u.fork('sleeps');
            yield* u.fork('looks', pid);
            yield* u.wait();
            yield* u.kill(pid, kern.SIGKILL);
            yield* u.wait();
          },
          *looks(u, pid: number) {
            const own = yield* u.getpid();
            const fd = yield* ok(u, u.open(`/proc/${pid}`), 'open');
            yield* ok(u, u.setresuid(USER, USER, USER), 'setresuid');
            const listed = (yield* names(u, '/proc')).split(' ');
            u.assert(listed.includes(`${own}`), 'oneself is listed');
            u.assert(listed.includes(`${pid}`) !== curtain, listed.join(' '));
            yield* ok(u, u.open('/proc/curproc/status'), 'oneself is found');
            if (!curtain) {
              yield* ok(u, u.open(`/proc/${pid}/status`), 'found');
              u.assert((yield* u.fstat(fd)) !== null, 'told about');
              return;
            }
            yield* fails(u, u.stat(`/proc/${pid}`), ENOENT, 'found');
            yield* fails(u, u.fstat(fd), ENOENT, 'told about');
          },
          *sleeps(u) {
            yield* u.pause();
          },
        },
        { curtain, search: { schedules: 3 } },
      ),
    );
  });
