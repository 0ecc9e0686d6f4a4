/** Owns audit 10: a signal to a group of which a member ends. */
import { processFixPair } from '../process-fix-pair.ts';

const SIGURG = 16;

export default processFixPair(
  'orphanpg-walk',
  {
    found: 'use-after-free',
    then: 'The walk through the members waits with nothing held, and goes on from one that is freed.',
    now: 'All members are held before the first gets the signal.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        const member = yield* u.fork('member');
        const sender = yield* u.fork('sender');
        yield* u.wait4(member);
        yield* u.wait4(sender);
      },
      *sender(u) {
        // Ignored by default: nobody ends by it.
        yield* u.kill(0, SIGURG);
      },
      *member() {
        // Ends at once.
      },
    },
  },
);
