/** Owns audit 5, its second half: a prisoner asks kern.proc.pid for the pid the next process will have. */
import { processFixPair } from '../process-fix-pair.ts';

const KERN_PROC_PID = [1, 14, 1] as const;
/** Pids go up by one: 2 is main, 3 who peeks. */
const NEXT = 4;

export default processFixPair(
  'kern-proc-embryo',
  {
    found: 'null-dereference',
    then: 'A prisoner that asks for a process which is being made reads credentials it has not got yet.',
    now: 'A process that is being made is not shown.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.jail('cell');
        const peeker = yield* u.fork('peeker');
        const pid = yield* u.fork('job');
        u.assert(pid === NEXT, `the job is process ${pid}`);
        yield* u.wait4(peeker);
        yield* u.wait4(pid);
      },
      *peeker(u) {
        const { result } = yield* u.__sysctl([...KERN_PROC_PID, NEXT]);
        u.assert(result === 0, 'there is nothing wrong in asking');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
