/** Owns audit 13: kern.proc.pgrp while a process changes its group. */
import { processFixPair } from '../process-fix-pair.ts';

/** A group there is not: nothing is given, the scan looks only. */
const NOBODY = 399;
const ROUNDS = 4;
const CPU1 = 2;
const KERN_PROC_UID = [1, 14, 5] as const;

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
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const job = yield* u.fork('job');
        for (let round = 0; round < ROUNDS; round++) yield* u.__sysctl([...KERN_PROC_UID, NOBODY]);
        yield* u.wait4(job);
      },
      *job(u) {
        for (let round = 0; round < ROUNDS; round++) {
          yield* u.seteuid(1);
          yield* u.seteuid(0);
        }
      },
    },
  },
);
