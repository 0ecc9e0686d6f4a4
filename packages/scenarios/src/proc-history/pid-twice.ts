/**
 * Owns P17: two processes fork at once, and the next number in turn is taken.
 * DragonFlyBSD 3a877e444f, sys/kern/kern_fork.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { G } = kern;

export default processFixPair(
  'pid-twice',
  {
    found: 'assertion',
    then: 'Both find the same number free, and enter their child with it one after the other.',
    now: 'A number is chosen and the process entered under one hold of the bucket.',
  },
  {
    cpus: 2,
    limits: { allprocHashSize: 1 },
    systemCalls: {
      /** Numbers have been through once: it is the turn of one that is in use. */
      *nextpid({ context: k }, pid) {
        yield* k.store(kern.procs(k).g + G.g_nextpid, pid);
        return 0;
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        yield* u.syscall('nextpid', yield* u.getpid());
        const pids = [yield* u.fork('forker'), yield* u.fork('forker')];
        for (const pid of [...pids]) pids.push((yield* u.wait4(pid)).status >> 8);
        u.assert(new Set(pids).size === pids.length, `two of the processes ${pids.join()} have one number`);
        for (const pid of pids.slice(2)) yield* u.kill(pid, kern.SIGKILL);
      },
      *forker(u) {
        yield* u.exit(yield* u.fork('child'));
      },
      *child(u) {
        yield* u.pause();
      },
    },
  },
);
