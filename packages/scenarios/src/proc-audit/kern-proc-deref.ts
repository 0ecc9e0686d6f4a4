/** Owns audit 13: kern.proc.pgrp while a process changes its group. */
import { processFixPair } from '../process-fix-pair.ts';

/** A group there is not: nothing is given, the scan looks only. */
const NOBODY = 399;
const ROUNDS = 4;
const CPU1 = 2;
const KERN_PROC_PGRP = [1, 14, 2] as const;

export default processFixPair(
  'kern-proc-deref',
  {
    found: 'use-after-free',
    then: 'The group of each process is followed without a token or a reference: it is freed meanwhile.',
    now: 'A process is looked at with its p_token held, which keeps its group.',
  },
  { cpus: 2, limits: { allprocHashSize: 1 } },
  {
    '/bin/sh': {
      *main(u) {
        const shell = yield* u.getpgrp();
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const job = yield* u.fork('job', shell);
        for (let round = 0; round < ROUNDS; round++) yield* u.__sysctl([...KERN_PROC_PGRP, NOBODY]);
        yield* u.wait4(job);
      },
      *job(u, shell: number) {
        for (let round = 0; round < ROUNDS; round++) {
          yield* u.setpgid(0, 0);
          yield* u.setpgid(0, shell);
        }
      },
    },
  },
);
