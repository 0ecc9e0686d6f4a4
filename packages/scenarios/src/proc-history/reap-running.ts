/**
 * Owns P1: a process ends, its parent waits for it.
 * DragonFlyBSD c1102e9f24, sys/kern/kern_exit.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'reap-running',
  {
    found: 'use-after-free',
    then: 'A thread that is switched out is taken for one that has exited: it runs on in freed memory.',
    now: 'The reaper waits until the thread has said that it made its last switch.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.wait4(yield* u.fork('child'));
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
