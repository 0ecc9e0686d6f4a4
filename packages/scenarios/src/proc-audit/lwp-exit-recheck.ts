/** Owns a wrong place of lwp_exit next to the seed: a scan takes an lwp that is about to leave. */
import type { Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const SECOND = 2;
const THIRD = 3;

export default processFixPair(
  'lwp-exit-recheck',
  {
    found: 'assertion',
    then: 'The lwp a scan holds leaves the list, and the scan misses those that come after it.',
    now: 'The lwp waits until nobody holds it, and leaves without anything that blocks in between.',
  },
  {
    cpus: 2,
    systemCalls: {
      /**
       * Visits all lwps of the caller, and sleeps at the second, as callbacks may: 1 if the third is visited.
       */
      *visits(k) {
        const own = kern.curproc(k.context);
        let seen = 0;
        yield* kern.alllwp_scan(k.context, function* (context, lp): Steps<number> {
          if (context.get(lp + kern.L.lwp_proc) !== own) return 0;
          const tid = context.get(lp + kern.L.lwp_tid);
          if (tid === SECOND) yield* k.tsleep(lp, 0, 'visit', 1);
          if (tid === THIRD) seen++;
          return 0;
        });
        return seen;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.lwp_setaffinity(0, -1, CPU1);
        yield* u.lwp_create('brief');
        yield* u.lwp_create('lasting');
        const seen = yield* u.syscall('visits');
        u.assert(seen === 1, 'the thread that was there all the time is visited');
      },
      *brief() {
        // Ends at once.
      },
      *lasting(u) {
        yield* u.pause();
      },
    },
  },
);
