import { EBUSY, ENOENT, ESRCH, kern } from '@smplab/proc';
import { vfs_rele } from '@smplab/vfs';
import { procfs_proc_find, procfs_proc_lock, procfs_proc_unlock } from '../../src/vnops/proc-lock.ts';
import { kernelOf, mountOf } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

const { P, reflock_enter, reflock_exit, reflock_readers, zpfind } = kern;

describe('procfs_proc_lock', () => {
  it(
    'holds a process and shares p_reflock; gives the errno it is told if there is none',
    runs('proc lock', {
      *main(u) {
        const k = kernelOf(u);
        const mp = yield* mountOf(k);
        const pid = yield* u.getpid();
        const p = yield* procfs_proc_lock(k, mp, pid, ENOENT);
        u.assert(p > 0 && k.words[p + P.p_pid] === pid, `process ${p}`);
        u.assert(reflock_readers(k, p) === 1, 'p_reflock is shared');
        const again = yield* procfs_proc_lock(k, mp, pid, ENOENT);
        u.assert(again === p && reflock_readers(k, p) === 2, 'by two as well');
        yield* procfs_proc_unlock(k, p);
        yield* procfs_proc_unlock(k, p);
        u.assert(reflock_readers(k, p) === 0, 'and by nobody');
        const none = yield* procfs_proc_lock(k, mp, 999, ESRCH);
        u.assert(none === -ESRCH, `no process: ${none}`);
        yield* vfs_rele(k, mp);
      },
    }),
  );

  it(
    'is refused while the process execs or exits',
    runs('proc lock busy', {
      *main(u) {
        const k = kernelOf(u);
        const mp = yield* mountOf(k);
        const pid = yield* u.getpid();
        const own = yield* procfs_proc_find(k, mp, pid);
        const holds = k.peek(own + P.p_lock);
        yield* reflock_enter(k, own);
        const busy = yield* procfs_proc_lock(k, mp, pid, ENOENT);
        u.assert(busy === -EBUSY, `${busy}`);
        u.assert(k.peek(own + P.p_lock) === holds, 'the hold is given back');
        yield* reflock_exit(k, own);
        yield* kern.prele(k, own);
        yield* vfs_rele(k, mp);
      },
    }),
  );

  for (const profile of ['netbsd', 'freebsd', 'readme', 'linux'] as const) {
    const shows = profile === 'freebsd' || profile === 'readme';
    it(
      `${shows ? 'finds' : 'does not find'} a zombie in the ${profile} tree`,
      runs(
        `proc lock zombie ${profile}`,
        {
          *main(u) {
            const k = kernelOf(u);
            const mp = yield* mountOf(k);
            const pid = yield* u.fork('dies');
            for (;;) {
              const zombie = yield* zpfind(k, pid);
              if (zombie !== 0) {
                yield* kern.prele(k, zombie);
                break;
              }
              yield* u.sched_yield();
            }
            const p = yield* procfs_proc_find(k, mp, pid);
            u.assert((p !== 0) === shows, `process ${p}`);
            if (p !== 0) yield* kern.prele(k, p);
            yield* u.wait();
            yield* vfs_rele(k, mp);
          },
          *dies(u) {
            yield* u.exit(0);
          },
        },
        { profile },
      ),
    );
  }
});
