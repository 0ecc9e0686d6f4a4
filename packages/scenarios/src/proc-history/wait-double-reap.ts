/**
 * Owns P8: two threads of a process wait for any child.
 * DragonFlyBSD 0730ed66e3, sys/kern/kern_exit.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'wait-double-reap',
  {
    found: 'use-after-free',
    then: 'Both find the same zombie; the second reaps it after the first has freed it.',
    now: 'One of them takes PLOCK_ZOMB, the other waits without a hold and looks again.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.fork('child');
        yield* u.lwp_create('waiter');
        yield* u.nanosleep(1);
        yield* u.wait();
      },
      *waiter(u) {
        yield* u.nanosleep(1);
        yield* u.wait();
        yield* u.extexit();
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
