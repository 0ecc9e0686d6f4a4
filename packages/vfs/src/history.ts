/**
 * Owns the list of fix switches of file systems: places where they can go back to what the seeds, or NetBSD
 * before a commit, do wrong. With a switch in `asSeed` that path runs. Pure data.
 */
import { type FixRecord, type FixSwitch, pickedFixes } from '@smplab/lwkt';

export const VFS_FIX_SWITCHES = [
  {
    id: 'vfs-busy-sleeps',
    commit: 'FreeBSD rS186197 2008-12-16',
    wrong: 'vfs_busy sleeps until an unmount is over, and the unmount waits for who sleeps',
  },
  {
    id: 'suspend-interruptible',
    commit: 'procfs_subr.c 1.117 2024-07-01',
    wrong: 'a suspension that must not fail is ended by a pending signal, tried again, and ended again',
  },
  {
    id: 'kauth-unlocked',
    commit: 'kern_auth.c of NetBSD 2006',
    wrong: 'listeners are asked without the lock under which they come and go',
  },
  {
    id: 'vop-unguarded',
    commit: 'NetBSD vfs_vnops.c 2014-02-27',
    wrong: 'an operation is fetched and runs while the vnode is taken from its file system',
  },
] as const satisfies readonly FixSwitch[];

export type VfsFixId = (typeof VFS_FIX_SWITCHES)[number]['id'];

/** The historical paths that are on. */
export type VfsAsSeed = FixRecord<VfsFixId>;

/** Picks the switches of file systems out of the ids a machine was given. */
export function vfsAsSeedOf(ids: ReadonlySet<string>): VfsAsSeed {
  return pickedFixes(ids, VFS_FIX_SWITCHES);
}
