/**
 * Owns P19: two programs ask for all processes and kernel threads.
 * DragonFlyBSD 42b33868ed, sys/kern/kern_proc.c.
 */
import type { Steps } from '@smplab/lwkt';
import { kern, type User } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';
import { mib, word } from './mib.ts';

/** Every process and thread has a name; a place holder has none. */
function* ps(u: User): Steps {
  const { bytes } = yield* u.__sysctl(mib('kern.proc.all'));
  const names = kern.kinfoProcOf(bytes).map((record) => record.kp_comm);
  u.assert(!names.includes(''), 'something without a name is shown as a thread');
}

export default processFixPair(
  'kthread-scan-marker',
  {
    found: 'assertion',
    then: 'One walk over kernel threads takes the place holder of the other for a thread.',
    now: 'Place holders are marked, and walks pass them over.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        // A message for each thread: the place holder is there between them.
        yield* u.__sysctl(mib('debug.ps_batch'), null, word(1));
        const pid = yield* u.fork('other');
        yield* ps(u);
        yield* u.wait4(pid);
      },
      *other(u) {
        yield* ps(u);
      },
    },
  },
);
