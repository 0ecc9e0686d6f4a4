/** Owns audit 8, its second half: a pid is given back between the look at its stamp and the token. */
import { FIRST, nextPid } from './next-pid.ts';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const WNOWAIT = 8;

export default processFixPair(
  'makepid-early-stamp',
  {
    found: 'assertion',
    then: 'The stamp is looked at, then the pid is given back, then the token is had: it is used at once.',
    now: 'The stamp is looked at once more with the token held.',
  },
  { cpus: 2, systemCalls: { nextPid } },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.syscall('nextPid', FIRST);
        const brief = yield* u.fork('brief');
        yield* u.wait4(brief, WNOWAIT);
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const forker = yield* u.fork('forker');
        yield* u.wait4(brief);
        yield* u.wait4(forker);
      },
      *forker(u) {
        yield* u.syscall('nextPid', FIRST);
        const pid = yield* u.fork('brief');
        u.assert(pid !== FIRST, `pid ${pid} is used again within ten seconds`);
        yield* u.wait4(pid);
      },
      *brief() {
        // Ends at once.
      },
    },
  },
);
