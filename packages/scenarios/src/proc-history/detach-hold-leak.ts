/**
 * Owns P30: a debugger attaches to the child of another process, and gives it back.
 * DragonFlyBSD 4c1415165a, sys/kern/sys_process.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'detach-hold-leak',
  {
    found: 'deadlock',
    then: 'PT_DETACH looks the old parent up, and keeps it held: it can never be reaped.',
    now: 'The hold is given back.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        const pid = yield* u.fork('child');
        yield* u.wait4(yield* u.fork('debugger', pid));
        yield* u.kill(pid, kern.SIGKILL);
        yield* u.wait4(pid);
      },
      *debugger(u, pid) {
        yield* u.ptrace(kern.PT_ATTACH, pid);
        yield* u.wait4(pid);
        yield* u.ptrace(kern.PT_DETACH, pid, kern.PT_HERE);
      },
      *child(u) {
        yield* u.pause();
      },
    },
  },
);
