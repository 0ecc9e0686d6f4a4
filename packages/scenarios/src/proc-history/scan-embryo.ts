/**
 * Owns P12: the scheduler looks at all processes while one is being made.
 * DragonFlyBSD 0d78b86e0a, sys/kern/kern_proc.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { L, P, P_SYSTEM } = kern;

export default processFixPair(
  'scan-embryo',
  {
    found: 'null-dereference',
    then: 'The scan meets a process that has no thread yet, and follows the pointer.',
    now: 'A process that is being made is passed over.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** As the scheduler counts, once a second, how long threads have slept. */
      *schedcpu({ context: k }) {
        yield* kern.allproc_scan(k, function* (_k, p) {
          if ((k.peek(p + P.p_flags) & P_SYSTEM) !== 0) return 0;
          const lp = k.peek(p + P.p_lwp_tree);
          yield* k.loadRelaxed(lp + L.lwp_slptime);
          return 0;
        });
        return 0;
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        const scheduler = yield* u.fork('scheduler');
        yield* u.wait4(yield* u.fork('child'));
        yield* u.wait4(scheduler);
      },
      *scheduler(u) {
        yield* u.syscall('schedcpu');
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
