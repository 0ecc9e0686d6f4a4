/**
 * Owns P9: a debugger attaches to a process whose parent exits.
 * DragonFlyBSD 55c81f71d1, sys/kern/kern_exit.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'reparent-assert',
  {
    found: 'panic',
    then:
      'After it has waited for tokens proc_reparent insists on the parent it saw before: init has the ' +
      'child by now.',
    now: 'The parent is looked at again with all tokens held.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        // It leads the session, which is told of its end. The others are placed on the other CPU.
        yield* u.signal(kern.SIGHUP, 'SIG_IGN');
        yield* u.lwp_setaffinity(0, -1, 2);
        const pid = yield* u.fork('child');
        yield* u.fork('debugger', pid);
      },
      *debugger(u, pid) {
        for (let left = 16 + u.choose(24); left > 0; left--) yield* u.getpid();
        // Its own exit kills what it traces.
        yield* u.ptrace(kern.PT_ATTACH, pid);
      },
      *child(u) {
        yield* u.pause();
      },
    },
  },
);
