/**
 * Owns P6: a parent waits for a process whose last thread is still on its way out.
 * DragonFlyBSD ce19c8feca, sys/kern/kern_exit.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'exit-no-nthreads-wakeup',
  {
    found: 'assertion',
    then: 'Nobody wakes the parent that waits for the last thread of the zombie: it sleeps a whole second.',
    now: 'The thread that counts itself out wakes who waits for that.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.wait4(yield* u.fork('child'));
        u.assert(u.ticks < u.hz, `waiting for a process that ends at once took ${u.ticks} ticks`);
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
