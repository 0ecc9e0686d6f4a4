/**
 * Owns P4: a parent and its child exit at the same time.
 * DragonFlyBSD f2f3db5c5f, sys/kern/kern_exit.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'exit-signals-freed-parent',
  {
    found: 'use-after-free',
    then: 'A child that exits signals the parent it had: that one exits too, and has been reaped by now.',
    now: 'The parent is held until it has the signal.',
  },
  { cpus: 3 },
  {
    '/bin/first': {
      *main(u) {
        yield* u.lwp_setaffinity(0, -1, 2);
        yield* u.wait4(yield* u.fork('parent'));
      },
      *parent(u) {
        yield* u.lwp_setaffinity(0, -1, 4);
        yield* u.fork('child');
        yield* u.fork('busy');
      },
      *child(u) {
        for (let left = 12 + u.choose(24); left > 0; left--) yield* u.getpid();
      },
      *busy(u) {
        // Has the CPU of the child while that waits for the token of its parent.
        for (let call = 0; call < 30; call++) yield* u.getpid();
      },
    },
  },
);
