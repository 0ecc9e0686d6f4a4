/**
 * Owns bug 28 of procfs: a file is revoked between the look for the operation and its call. NetBSD
 * vfs_vnops.c before 2014-02-27.
 */
import { kern } from '@smplab/proc';
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'vop-unguarded',
  {
    found: 'null-dereference',
    then: 'An operation of procfs begins on a vnode that is being taken from it: the node is gone.',
    now: 'An operation runs in a transaction of the mount that it was found on.',
  },
  { cpus: 2 },
  {
    '/bin/reader': {
      *main(u) {
        const pid = yield* u.fork('job');
        const fd = yield* u.open(`/proc/${pid}/status`);
        yield* u.kill(pid, kern.SIGKILL);
        for (let left = 3; left > 0; left--) yield* u.fstat(fd);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
