/**
 * Owns P22: a process with several threads exits while somebody visits all threads.
 * DragonFlyBSD fa3d6eac33, sys/kern/kern_proc.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'alllwp-unlocked',
  {
    found: 'use-after-free',
    then: 'The walk goes on to a thread that has left and was freed.',
    now: 'The list is walked with p_token, under which threads leave it.',
  },
  {
    cpus: 2,
    limits: { allprocHashSize: 1 },
    systemCalls: {
      *scan({ context: k }) {
        yield* kern.alllwp_scan(k, function* () {
          return 0;
        });
        return 0;
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        // The threads are on the other CPU.
        yield* u.lwp_setaffinity(0, -1, 2);
        const pid = yield* u.fork('child');
        for (let count = 0; count < 4; count++) yield* u.syscall('scan');
        yield* u.wait4(pid);
      },
      *child(u) {
        yield* u.lwp_create('other');
      },
      *other(u) {
        yield* u.extexit();
      },
    },
  },
);
