/** Owns audit 5: setpgid on the pid that the next process will have. */
import { processFixPair } from '../process-fix-pair.ts';

/** Pids go up by one: 2 is main, 3 who guesses. */
const NEXT = 4;

export default processFixPair(
  'inferior-embryo',
  {
    found: 'null-dereference',
    then: 'Who guesses the next pid finds a process that has no parent yet, and follows the pointer.',
    now: 'A process without a parent is below nobody: ESRCH.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        const guesser = yield* u.fork('guesser');
        const pid = yield* u.fork('job');
        u.assert(pid === NEXT, `the job is process ${pid}`);
        yield* u.wait4(guesser);
        yield* u.wait4(pid);
      },
      *guesser(u) {
        const result = yield* u.setpgid(NEXT, NEXT);
        u.assert(result === -1, 'it is not below the guesser');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
