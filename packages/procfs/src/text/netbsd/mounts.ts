/**
 * Owns /proc/mounts of NetBSD (procfs_domounts of procfs_linux.c): a line for each mount as Linux names it.
 * In a changed root mounts outside of it are left out, names are told from it; if it is no mount itself a
 * line for it is made up. Runs in the thread that reads; each mount is busy while it is looked at.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { cache_drop, cache_hold, cache_path, curproc, FD, NC, P } from '@smplab/proc';
import {
  M,
  MNT_NOATIME,
  MNT_NODEV,
  MNT_NOEXEC,
  MNT_NOSUID,
  MNT_RDONLY,
  MNT_SYNCHRONOUS,
  MOUNT_PATH_BYTES,
  mountlist_next,
  V,
  VFS,
  VFS_NAME_BYTES,
} from '@smplab/vfs';
import { peekedText } from '../kernel-text.ts';

const OPTIONS: readonly (readonly [number, string])[] = [
  [MNT_NOSUID, ',nosuid'],
  [MNT_NOEXEC, ',noexec'],
  [MNT_NODEV, ',nodev'],
  [MNT_SYNCHRONOUS, ',sync'],
  [MNT_NOATIME, ',noatime'],
];
/** Linux has other names for some. */
const LINUX_NAMES: Readonly<Record<string, string>> = { procfs: 'proc', ext2fs: 'ext2' };

export function* procfs_domounts(k: Context): Steps<string> {
  const root = yield* rootOf(k);
  const prefix = cache_path(k, root);
  const vp = k.peek(root + NC.nc_vnode);
  let text = '';
  let hasRoot = false;
  for (let mp = yield* mountlist_next(k, 0); mp !== 0; mp = yield* mountlist_next(k, mp)) {
    const name = nameFrom(prefix, peekedText(k, mp + M.mnt_onname, MOUNT_PATH_BYTES));
    if (name === null) continue;
    hasRoot ||= name === '/';
    text += line(k, mp, name);
  }
  if (!hasRoot && vp !== 0) {
    const mp = k.peek(vp + V.v_mount);
    text += line(k, mp, peekedText(k, mp + M.mnt_onname, MOUNT_PATH_BYTES));
  }
  yield* cache_drop(k, root);
  return text;
}

/** The root directory of who reads, held: others that share its descriptors may change it. */
function* rootOf(k: Context): Steps<number> {
  const fdp = k.peek(curproc(k) + P.p_fd);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const root = yield* cache_hold(k, k.get(fdp + FD.fd_nrdir));
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return root;
}

/** A path seen from a root directory; null if it lies outside. */
function nameFrom(prefix: string, path: string): string | null {
  if (prefix === '/') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : null;
}

/** procfs_format_sfs. */
function line(k: Context, mp: number, name: string): string {
  const from = peekedText(k, mp + M.mnt_fromname, MOUNT_PATH_BYTES);
  const type = peekedText(k, k.peek(mp + M.mnt_op) + VFS.vfs_name, VFS_NAME_BYTES);
  const flags = k.peek(mp + M.mnt_flag);
  const options = OPTIONS.map(([bit, option]) => ((flags & bit) !== 0 ? option : '')).join('');
  const access = (flags & MNT_RDONLY) !== 0 ? 'ro' : 'rw';
  return `${from} ${name} ${LINUX_NAMES[type] ?? type} ${access}${options} 0 0\n`;
}
