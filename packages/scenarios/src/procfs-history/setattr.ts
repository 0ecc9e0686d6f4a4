/**
 * Owns bug 12 of procfs: somebody changes the mode of a node of his own. Linux CVE-2006-3626, fs/proc/base.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-setattr',
  {
    found: 'assertion',
    then: 'The environment of a process is a set-id program from then on.',
    now: 'It is heard, and nothing changes.',
  },
  { cpus: 1 },
  {
    '/bin/chmod': {
      *main(u) {
        yield* u.chmod('/proc/curproc/environ', 0o4777);
        yield* u.stat('/proc/curproc/environ');
      },
    },
  },
);
