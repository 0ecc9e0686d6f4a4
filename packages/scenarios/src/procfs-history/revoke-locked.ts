/**
 * Owns bug 25 of procfs: the exit of a process revokes its files with the lock held that a file takes to
 * leave the list. FreeBSD sys/fs/pseudofs/pseudofs_vncache.c before cb0f9ed0, which made the lock recursive.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-revoke-locked',
  {
    found: 'panic',
    then: 'A file is revoked, which may sleep, with the lock held that it needs to leave the list itself.',
    now: 'The lock is given back before the file is revoked, and the list looked at again.',
  },
  { cpus: 2 },
  {
    '/bin/reader': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.open(`/proc/${pid}/status`);
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
