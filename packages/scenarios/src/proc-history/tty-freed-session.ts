/**
 * Owns P29: the line of a terminal is cut after the session that had it has ended.
 * DragonFlyBSD 94a6eea8b2, sys/kern/tty.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { G, Tty } = kern;

export default processFixPair(
  'tty-freed-session',
  {
    found: 'use-after-free',
    then: 'The terminal goes on pointing at a session that has been freed.',
    now: 'The terminal forgets the session when the leader exits, and the session the terminal at its end.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** The modem of /dev/ttyv0 hangs up. */
      *hangup({ context: k }) {
        yield* kern.ttyhangup(k, k.peek(kern.procs(k).g + G.g_ttys) + Tty.size);
        return 0;
      },
    },
  },
  {
    '/bin/init': {
      *main(u) {
        yield* u.wait4(yield* u.fork('login'));
        yield* u.syscall('hangup');
      },
      *login(u) {
        yield* u.setsid();
        yield* u.ioctl(yield* u.open('/dev/ttyv0', 2), kern.TIOCSCTTY);
      },
    },
  },
);
