/** Owns audit 5: setpgid on the pid that the next process will have. */
import { processFixPair } from '../process-fix-pair.ts';

/** Pids go up by one: 2 is main, 3 and 4 the others. */
const NEXT = 5;
const CPU1 = 2;
const CPU2 = 4;

export default processFixPair(
  'inferior-embryo',
  {
    found: 'null-dereference',
    then: 'Who guesses the next pid finds a process that has no parent yet, and follows the pointer.',
    now: 'A process without a parent is below nobody: ESRCH.',
  },
  { cpus: 3 },
  {
    '/bin/sh': {
      *main(u) {
        const shell = yield* u.getpgrp();
        yield* u.lwp_setaffinity(0, -1, CPU1);
        yield* u.fork('restless', shell);
        yield* u.lwp_setaffinity(0, -1, CPU2);
        yield* u.fork('guesser');
        const pid = yield* u.fork('job');
        u.assert(pid === NEXT, `the job is process ${pid}`);
        for (let left = 3; left > 0; left--) yield* u.wait();
      },
      *guesser(u) {
        const result = yield* u.setpgid(NEXT, NEXT);
        u.assert(result === -1, 'it is not below the guesser');
      },
      /** Keeps others waiting for the token of the group. */
      *restless(u, shell: number) {
        yield* u.setpgid(0, 0);
        yield* u.setpgid(0, shell);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
