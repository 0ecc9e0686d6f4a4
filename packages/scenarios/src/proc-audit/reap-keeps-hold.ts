/** Owns audit 6: two threads of a process wait for the same child. */
import { processFixPair } from '../process-fix-pair.ts';

const WNOWAIT = 8;
const NOBODY = 399;
const ROUNDS = 8;

export default processFixPair(
  'reap-keeps-hold',
  {
    found: 'panic',
    then: 'The reaper keeps PLOCK_ZOMB without a hold: the other waiter takes that for impossible.',
    now: 'The reaper keeps one hold with it, and the other waiter sleeps until both are given back.',
  },
  { cpus: 2, limits: { allprocHashSize: 1 } },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.wait4(pid, WNOWAIT);
        yield* u.lwp_create('waiter', pid);
        const other = yield* u.fork('searching');
        yield* u.wait4(pid);
        yield* u.wait4(other);
      },
      *waiter(u, pid: number) {
        yield* u.wait4(pid);
      },
      /** Keeps the reaper waiting for the token of the table. */
      *searching(u) {
        for (let round = 0; round < ROUNDS; round++) yield* u.getpgid(NOBODY);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
