/**
 * Owns bug 1 of procfs: each mount has a hook of its own, which an unmount by force takes out while it has
 * the mount suspended. NetBSD PR 57775, procfs_vfsops.c before 1.113.
 */
import { MNT_FORCE } from '@smplab/vfs';
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-mount-hook',
  {
    found: 'deadlock',
    source: 'NetBSD PR 57775, procfs_vfsops.c 1.112 2024-01-17',
    before: { revoke: '1.112' },
    then: 'The hook waits for the suspension that the unmount has, and the unmount for the hook.',
    now: 'The hook is that of the module, and no unmount waits for it.',
  },
  { cpus: 2, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/umount': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.open(`/proc/${pid}/status`);
        yield* u.unmount('/proc', MNT_FORCE);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.setuid(7);
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
