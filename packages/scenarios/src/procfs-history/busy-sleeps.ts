/**
 * Owns bug 30 of procfs: a node is loaded while the mount is unmounted. FreeBSD before rS186197,
 * vfs_subr.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'vfs-busy-sleeps',
  {
    found: 'deadlock',
    then: 'Who is inside the mount waits until it is unmounted, and the unmount until nobody is inside.',
    now: 'A mount that is about to go is not made busy: there is no such file.',
  },
  { cpus: 2 },
  {
    '/bin/umount': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.unmount('/proc');
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.stat('/proc/curproc');
      },
    },
  },
);
