/**
 * Owns P25: a process with two threads dumps core while the other one goes to sleep.
 * DragonFlyBSD 9c9601535e, sys/kern/kern_synch.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'nstopped-unlocked',
  {
    found: 'lost-wakeup',
    then: 'A thread counts itself without p_token: the dump looks at the count, sleeps, and is not woken.',
    now: 'The count changes under p_token only.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.wait4(yield* u.fork('child'));
      },
      *child(u) {
        yield* u.lwp_create('other');
        yield* u.kill(yield* u.getpid(), kern.SIGABRT);
        yield* u.pause();
      },
      *other(u) {
        yield* u.pause();
      },
    },
  },
);
