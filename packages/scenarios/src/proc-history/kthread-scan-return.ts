/**
 * Owns P20: a program asks for all processes and has room for some of them.
 * DragonFlyBSD 849425f7e7, sys/kern/kern_proc.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';
import { mib } from './mib.ts';

/** Process 0, init, the two of this scenario, and a thread. */
const RECORDS = 5;

export default processFixPair(
  'kthread-scan-return',
  {
    found: 'assertion',
    then: 'A thread that moves from CPU to CPU to look at threads stays where its room ends.',
    now: 'It returns to the CPU it came from.',
  },
  { cpus: 2, psMigrates: true },
  {
    '/bin/parent': {
      *main(u) {
        const pid = yield* u.fork('ps');
        yield* u.wait4(pid);
      },
      *ps(u) {
        const { cpuid } = u;
        yield* u.__sysctl(mib('kern.proc.all'), RECORDS * kern.KINFO_PROC_BYTES);
        u.assert(u.cpuid === cpuid, `a system call begun on cpu${cpuid} ends on cpu${u.cpuid}`);
      },
    },
  },
);
