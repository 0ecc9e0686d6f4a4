/** Owns audit 7: a search through all lwps that is to end with the first one found. */
import type { Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const STOP = -1;

export default processFixPair(
  'alllwp-scan-stop',
  {
    found: 'assertion',
    then: 'The search goes on with the next lwp of the process, whose answer replaces the -1 that ends it.',
    now: 'The first negative answer ends the search.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** How often the search asks after it has been told to stop at the first lwp of the process. */
      *extra(k, pid) {
        let calls = 0;
        yield* kern.alllwp_scan(k.context, function* (context, lp): Steps<number> {
          if (calls > 0) return calls++;
          if (context.get(context.get(lp + kern.L.lwp_proc) + kern.P.p_pid) !== pid) return 0;
          calls++;
          return STOP;
        });
        return calls - 1;
      },
    },
  },
  {
    '/bin/search': {
      *main(u) {
        const pid = yield* u.getpid();
        yield* u.lwp_create('second');
        const extra = yield* u.syscall('extra', pid);
        u.assert(extra === 0, `the search has gone on for ${extra} lwps`);
      },
      *second() {
        // Ends at once.
      },
    },
  },
);
