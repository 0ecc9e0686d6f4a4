/**
 * Owns the operations that do nothing or cannot be done (procfs_vnodeop_entries of NetBSD's procfs_vnops.c).
 * What is in no slot of the row answers EOPNOTSUPP. Run by any thread in a transaction of the mount.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, ENOTTY } from '@smplab/proc';
import { EROFS, VA, VNOVAL } from '@smplab/vfs';
import { procfs, vtopfs } from '../procfs-kernel.ts';
import { PFS_NODE } from '../procfs-layout.ts';

/** Values of pathconf(2) by name: LINK_MAX, MAX_CANON, MAX_INPUT, PIPE_BUF, CHOWN_RESTRICTED, VDISABLE. */
const PATHCONF: ReadonlyMap<number, number> = new Map([
  [1, 0x7fff],
  [2, 255],
  [3, 255],
  [6, 512],
  [7, 1],
  [9, 0],
]);

/** VOP_SETATTR: nothing, so that a shell may empty `ctl` before it writes to it. */
export function* procfs_setattr(k: Context, vp: number, vap: number): Steps<number> {
  if (!procfs(k).asSeed['procfs-setattr']) return 0;
  const mode = k.words[vap + VA.va_mode];
  if (mode !== VNOVAL) k.words[vtopfs(k, vp) + PFS_NODE.pfs_mode] = mode;
  return 0;
}

/** VOP_FSYNC. */
export function* procfs_success(): Steps<number> {
  return 0;
}

/** VOP_LINK. */
export function* procfs_readonly(): Steps<number> {
  return EROFS;
}

/** VOP_SYMLINK, which gives a vnode or the negative errno. */
export function* procfs_symlink(): Steps<number> {
  return -EROFS;
}

/** VOP_IOCTL. */
export function* procfs_ioctl(): Steps<number> {
  return ENOTTY;
}

/** VOP_ADVLOCK. */
export function* procfs_advlock(): Steps<number> {
  return EINVAL;
}

/** VOP_PATHCONF. */
export function* procfs_pathconf(k: Context, _vp: number, name: number, value: number): Steps<number> {
  const known = PATHCONF.get(name);
  if (known === undefined) return EINVAL;
  k.words[value] = known;
  return 0;
}
