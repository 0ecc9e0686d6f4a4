/**
 * Owns bug 16 of procfs: a file of a process is open while it executes a set-id program. NetBSD
 * procfs_vnops.c 1.148.2.2, procfs_inactive.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-inactive-busy',
  {
    found: 'panic',
    then: 'The node that the exec takes away cannot look at the process, and gives a look at nobody back.',
    now: 'It asks whether there is such a process, and does not look at it.',
  },
  { cpus: 2, uid: 7, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/reader': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.open(`/proc/${pid}/status`);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.execve('/bin/su');
      },
    },
    '/bin/su': {
      *main() {
        // Ends at once.
      },
    },
  },
);
