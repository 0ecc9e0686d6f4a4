/** Owns audit 14: kern.proc.pathname of a process that ends. */
import { processFixPair } from '../process-fix-pair.ts';

const KERN_PROC_PATHNAME = [1, 14, 9] as const;

export default processFixPair(
  'pathname-unlocked',
  {
    found: 'null-dereference',
    then: 'The text of a process that is held, but on its way out, is copied when it has given it up.',
    now: 'The text is copied with p_token held, and a process without one gives ENOENT.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.__sysctl([...KERN_PROC_PATHNAME, pid]);
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
