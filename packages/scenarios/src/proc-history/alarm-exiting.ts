/**
 * Owns P28: a process exits while its interval timer runs.
 * DragonFlyBSD a471eac535, sys/kern/kern_exit.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'alarm-exiting',
  {
    found: 'use-after-free',
    then: 'The timer fires on a process that has been reaped.',
    now: 'A process that exits stops its timer, and nobody starts it again.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.wait4(yield* u.fork('child'));
        yield* u.nanosleep(3);
      },
      *child(u) {
        yield* u.signal(kern.SIGALRM, 'SIG_IGN');
        yield* u.setitimer(2);
      },
    },
  },
);
