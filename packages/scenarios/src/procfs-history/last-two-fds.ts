/**
 * Owns bug 32 of procfs: the last descriptors of a full table. NetBSD procfs_vnops.c 1e74dbe4.
 */
import { visibilityProblems } from '@smplab/procfs';
import { procfsFixPair } from '../procfs-fix-pair.ts';

/** A table has room for 4, 8, 16 ... descriptors; the last one is that by which they are listed. */
const MOST = 6;

export default procfsFixPair(
  'procfs-last-two-fds',
  {
    found: 'assertion',
    then: 'They are not listed, and they are found by their numbers.',
    now: 'All that are open are listed.',
  },
  { cpus: 1 },
  {
    '/bin/ls': {
      *main(u) {
        const fds = [`${yield* u.open('/proc/curproc/status')}`];
        while (Number(fds.at(-1)) < MOST) fds.push(`${yield* u.dup(Number(fds[0]))}`);
        const [problem] = yield* visibilityProblems(u, '/proc/curproc/fd', fds);
        u.assert(problem === undefined, problem ?? '');
      },
    },
  },
);
