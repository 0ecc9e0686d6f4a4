/** Owns audit 8: a pid that is taken because the one before it is in use. */
import { FIRST, nextPid } from './next-pid.ts';
import { processFixPair } from '../process-fix-pair.ts';

const SIGKILL = 9;
const BUCKETS = 4;

export default processFixPair(
  'makepid-inner-stamp',
  {
    found: 'assertion',
    then: 'A process gets the pid of one that ended a moment ago, because it comes to it by a skip.',
    now: 'The stamp of each pid that is come to is looked at.',
  },
  { cpus: 1, limits: { allprocHashSize: BUCKETS }, systemCalls: { nextPid } },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.syscall('nextPid', FIRST);
        const longLived = yield* u.fork('longLived');
        yield* u.syscall('nextPid', FIRST + BUCKETS);
        const brief = yield* u.fork('brief');
        yield* u.wait4(brief);
        yield* u.syscall('nextPid', longLived);
        const next = yield* u.fork('brief');
        u.assert(next !== brief, `pid ${next} is used again within ten seconds`);
        yield* u.wait4(next);
        yield* u.kill(longLived, SIGKILL);
        yield* u.wait4(longLived);
      },
      *longLived(u) {
        yield* u.pause();
      },
      *brief() {
        // Ends at once.
      },
    },
  },
);
