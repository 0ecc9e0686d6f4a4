/**
 * Owns bug 29 of procfs: a debugger waits for a process, and the file system is unmounted meanwhile. NetBSD
 * PR 52364.
 */
import { kern } from '@smplab/proc';
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

const MNT_FORCE = 0x80000;

export default procfsFixPair(
  'procfs-wait-inside',
  {
    found: 'deadlock',
    then: 'The debugger sleeps inside the file system, which therefore cannot be suspended any more.',
    now: 'It leaves the file system before it sleeps.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/umount': {
      *main(u) {
        const pid = yield* u.fork('job');
        const waiter = yield* u.fork('waiter', pid);
        yield* u.sched_yield();
        yield* u.unmount('/proc', MNT_FORCE);
        yield* u.kill(pid, kern.SIGKILL);
        yield* u.wait4(waiter);
      },
      *waiter(u, pid: number) {
        yield* tell(u, pid, 'wait');
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
