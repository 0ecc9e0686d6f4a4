/**
 * Owns bug 2.4 b of procfs: a mount is unmounted by force while the exit of a process revokes a file of it.
 * NetBSD procfs_vfsops.c 1.117, procfs_exechook_cb.
 */
import { kern } from '@smplab/proc';
import { MNT_FORCE } from '@smplab/vfs';
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-ref-early',
  {
    found: 'use-after-free',
    then: 'The mount is let go before it is suspended: by then it may be unmounted and freed.',
    now: 'It is let go after it was resumed.',
  },
  { cpus: 2 },
  {
    '/bin/umount': {
      *main(u) {
        const pid = yield* u.fork('job');
        for (const name of ['status', 'map']) yield* u.open(`/proc/${pid}/${name}`);
        yield* u.kill(pid, kern.SIGKILL);
        yield* u.unmount('/proc', MNT_FORCE);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
