/**
 * Owns audit 13: kern.proc.uid while a process takes other credentials. (A group whose members are in its own
 * bucket is safe: the last reference is given back under the token of that bucket, which the scan holds.)
 */
import { processFixPair } from '../process-fix-pair.ts';

/** A user there is not: nothing is given, the scan looks only. */
const NOBODY = 399;
const ROUNDS = 4;
const CPU1 = 2;
const KERN_PROC_UID = [1, 14, 5] as const;

export default processFixPair(
  'kern-proc-deref',
  {
    found: 'use-after-free',
    then: 'The credentials of each process are followed without a reference: they are freed meanwhile.',
    now: 'A process is looked at with its p_token held, which keeps credentials, group and terminal.',
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
