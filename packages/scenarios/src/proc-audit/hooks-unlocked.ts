/** Owns the hook lists of 2001: a hook is taken out while another process runs it. */
import { functionNumber } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'hooks-unlocked',
  {
    found: 'use-after-free',
    then: 'Who exits goes on from a hook that was taken out and freed meanwhile.',
    now: 'Who takes a hook out waits for those who walk the list.',
  },
  {
    cpus: 2,
    threads: {
      /** The hook: blocks for a moment, as hooks may. */
      *leaving(k, _p, cookie) {
        yield* k.atomic_fetchadd_int(cookie, 1);
      },
    },
    systemCalls: {
      *watch(k) {
        const count = yield* k.kmalloc('watch', 4);
        return yield* kern.exithook_establish(k.context, functionNumber('leaving'), count);
      },
      *unwatch(k, hook) {
        yield* kern.exithook_disestablish(k.context, hook);
      },
    },
  },
  {
    '/bin/watch': {
      *main(u) {
        const hook = yield* u.syscall('watch');
        const pid = yield* u.fork('job');
        yield* u.syscall('unwatch', hook);
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
