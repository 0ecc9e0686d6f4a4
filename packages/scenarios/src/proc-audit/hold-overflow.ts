/** Owns audit 22: a process is held once more than its count can say. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const SIGKILL = 9;

export default processFixPair(
  'hold-overflow',
  {
    found: 'deadlock',
    stops: 'panic',
    then: 'The count carries into PLOCK_ZOMB: the reaper waits for another reaper that is not there.',
    now: 'The hold that would overflow is a panic.',
  },
  {
    cpus: 1,
    systemCalls: {
      /** Holds a process that has 2^29 - 1 holds, leaked one by one (audit 4). */
      *holdOnceMore(k, pid) {
        const p = yield* kern.pfind(k.context, pid);
        yield* k.atomic_store_rel_int(p + kern.P.p_lock, kern.PLOCK_MASK);
        yield* kern.phold(k.context, p);
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.syscall('holdOnceMore', pid);
        yield* u.kill(pid, SIGKILL);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
