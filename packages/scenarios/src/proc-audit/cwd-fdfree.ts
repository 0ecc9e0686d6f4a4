/** Owns audit 15: kern.proc.cwd of a process that ends. */
import { processFixPair } from '../process-fix-pair.ts';

const KERN_PROC_CWD = [1, 14, 8] as const;

export default processFixPair(
  'cwd-fdfree',
  {
    found: 'null-dereference',
    then: 'There are descriptors, then memory is waited for, then there are none any more.',
    now: 'What is needed of them is held before anything blocks.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.__sysctl([...KERN_PROC_CWD, pid]);
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
