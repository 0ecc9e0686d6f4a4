/**
 * Owns P24: two threads of a process wait for the same child.
 * DragonFlyBSD 33b81dc963, sys/kern/kern_exit.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'wait-holds-child',
  {
    found: 'deadlock',
    then: 'One reaps and waits until nobody holds the child; the other holds it and waits for the reaper.',
    now: 'Who waits for the reaper holds nothing.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        const pid = yield* u.fork('child');
        yield* u.lwp_create('waiter', pid);
        yield* u.wait4(pid);
      },
      *waiter(u, pid) {
        yield* u.wait4(pid);
        yield* u.extexit();
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
