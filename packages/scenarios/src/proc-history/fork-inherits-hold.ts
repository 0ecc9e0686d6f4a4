/**
 * Owns P11: a process forks while somebody holds it.
 * DragonFlyBSD 2e425d87dc, sys/kern/kern_fork.c.
 */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'fork-inherits-hold',
  {
    found: 'deadlock',
    then: 'The child inherits a hold that nobody will ever give back: it cannot be reaped.',
    now: 'A new process is held by nobody.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        const looker = yield* u.fork('looker', yield* u.getpid());
        yield* u.wait4(yield* u.fork('child'));
        yield* u.wait4(looker);
      },
      *looker(u, pid) {
        yield* u.getpgid(pid);
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
