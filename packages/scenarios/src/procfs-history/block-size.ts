/**
 * Owns bug 31 of procfs: a program asks how large blocks are, and divides by that. FreeBSD 6cd79fcb.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-block-size',
  {
    found: 'assertion',
    then: 'They are of no bytes, and `tail /proc/curproc/mem` divides by it.',
    now: 'They are as large as pages.',
  },
  { cpus: 1 },
  {
    '/bin/tail': {
      *main(u) {
        yield* u.statvfs('/proc');
      },
    },
  },
);
