/**
 * Owns P15: a process group is killed while a member forks.
 * DragonFlyBSD 167e6ecba2, sys/kern/kern_fork.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'fork-misses-signal',
  {
    found: 'deadlock',
    then: 'The signal comes after the look at the parent and before the child is a member: it lives on.',
    now: 'The lock of the group keeps signals away from the look to the entry.',
  },
  { cpus: 2 },
  {
    '/bin/shell': {
      *main(u) {
        const leader = yield* u.fork('leader');
        yield* u.setpgid(leader, leader);
        yield* u.kill(-leader, kern.SIGTERM);
        yield* u.wait4(leader);
      },
      *leader(u) {
        yield* u.fork('child');
        yield* u.pause();
      },
      *child(u) {
        yield* u.pause();
      },
    },
  },
);
