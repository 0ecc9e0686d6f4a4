/**
 * Owns the vnode operations of the file system in memory that are about what a file is like: VOP_ACCESS,
 * VOP_GETATTR, VOP_SETATTR, VOP_PATHCONF. Registered functions: run by any thread, in a transaction of the
 * mount; each is one hold of rm_lock, so attributes that are set together are seen together.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { CR, EINVAL, EISDIR, EPERM } from '@smplab/proc';
import { EROFS } from '../errno.ts';
import { M } from '../mount/mount-layout.ts';
import { isInGroup, isRoot } from '../name/genfs-access.ts';
import { V, VDIR, VREG } from '../vnode/vnode-layout.ts';
import { VA, VNOVAL } from '../vnode/vnode-ops-layout.ts';
import { ramdata_resize } from './ramdata.ts';
import { isReadOnly, mayAccess, mayChange } from './ramfs-access.ts';
import { RAMFS_BLOCK_BYTES, RAMFS_NAMEMAX, RM, RN } from './ramfs-layout.ts';
import { nodeOf } from './ramfs-vnode.ts';
import { ramfs_enter, ramfs_leave } from './ramnode.ts';

const SET_IDS = 0o6000;

/** Values of pathconf(2) by name: LINK_MAX, NAME_MAX, PATH_MAX, PIPE_BUF, CHOWN_RESTRICTED, NO_TRUNC. */
const PATHCONF: ReadonlyMap<number, number> = new Map([
  [1, 0x7fff],
  [4, RAMFS_NAMEMAX],
  [5, 1024],
  [6, 512],
  [7, 1],
  [8, 1],
]);

export function* ramfs_access(k: Context, vp: number, accmode: number, cred: number): Steps<number> {
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const error = mayAccess(k, node, accmode, cred);
  yield* ramfs_leave(k, fs);
  return error;
}

export function* ramfs_getattr(k: Context, vp: number, vap: number): Steps<number> {
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  const { words } = k;
  yield* ramfs_enter(k, fs);
  words[vap + VA.va_type] = words[node + RN.rn_type];
  words[vap + VA.va_mode] = k.get(node + RN.rn_mode);
  words[vap + VA.va_nlink] = k.get(node + RN.rn_nlink);
  words[vap + VA.va_uid] = k.get(node + RN.rn_uid);
  words[vap + VA.va_gid] = k.get(node + RN.rn_gid);
  words[vap + VA.va_size] = k.get(node + RN.rn_size);
  words[vap + VA.va_bytes] = 4 * k.get(node + RN.rn_datawords);
  words[vap + VA.va_atime] = k.get(node + RN.rn_atime);
  words[vap + VA.va_mtime] = k.get(node + RN.rn_mtime);
  words[vap + VA.va_ctime] = k.get(node + RN.rn_ctime);
  words[vap + VA.va_birthtime] = k.get(node + RN.rn_birthtime);
  yield* ramfs_leave(k, fs);
  words[vap + VA.va_fsid] = words[words[fs + RM.rm_mount] + M.mnt_fsid];
  words[vap + VA.va_fileid] = words[node + RN.rn_ino];
  words[vap + VA.va_fileid + 1] = 0;
  words[vap + VA.va_blocksize] = RAMFS_BLOCK_BYTES;
  words[vap + VA.va_rdev] = words[node + RN.rn_rdev];
  words[vap + VA.va_flags] = 0;
  return 0;
}

/** VOP_SETATTR: all that is asked for, or nothing. */
export function* ramfs_setattr(k: Context, vp: number, vap: number, cred: number): Steps<number> {
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  let error = isReadOnly(k, node) ? EROFS : mayHave(k, node, vap, cred);
  const size = k.words[vap + VA.va_size];
  if (error === 0 && size !== VNOVAL) {
    error = yield* ramdata_resize(k, node, size);
    if (error === 0) {
      k.set(node + RN.rn_mtime, k.kernel.ticks);
      yield* k.storeRelaxed(vp + V.v_size, size);
    }
  }
  if (error === 0) change(k, node, vap, cred);
  yield* ramfs_leave(k, fs);
  return error;
}

/** 0, or why the attributes cannot become these. That the length may be changed was asked at open. */
function mayHave(k: Context, node: number, vap: number, cred: number): number {
  const wanted = (field: number): boolean => k.words[vap + field] !== VNOVAL;
  const type = k.words[node + RN.rn_type];
  if (wanted(VA.va_size)) {
    if (type === VDIR) return EISDIR;
    if (type !== VREG || k.words[vap + VA.va_size] < 0) return EINVAL;
  }
  const isOwners = [VA.va_mode, VA.va_uid, VA.va_gid, VA.va_atime, VA.va_mtime].some(wanted);
  if (isOwners && mayChange(k, node, cred) !== 0) return EPERM;
  if (isRoot(k, cred)) return 0;
  const uid = k.words[vap + VA.va_uid];
  if (wanted(VA.va_uid) && uid !== k.get(cred + CR.cr_uid)) return EPERM;
  return wanted(VA.va_gid) && !isInGroup(k, k.words[vap + VA.va_gid], cred) ? EPERM : 0;
}

function change(k: Context, node: number, vap: number, cred: number): void {
  const isGiven = [VA.va_uid, VA.va_gid].some((field) => k.words[vap + field] !== VNOVAL);
  // A program must not run as somebody who has never seen it.
  if (isGiven && !isRoot(k, cred)) k.set(node + RN.rn_mode, k.get(node + RN.rn_mode) & ~SET_IDS);
  for (const [field, own] of [
    [VA.va_mode, RN.rn_mode],
    [VA.va_uid, RN.rn_uid],
    [VA.va_gid, RN.rn_gid],
    [VA.va_atime, RN.rn_atime],
    [VA.va_mtime, RN.rn_mtime],
  ] as const) {
    const value = k.words[vap + field];
    if (value !== VNOVAL) k.set(node + own, field === VA.va_mode ? value & 0o7777 : value);
  }
  k.set(node + RN.rn_ctime, k.kernel.ticks);
}

export function* ramfs_pathconf(k: Context, _vp: number, name: number, value: number): Steps<number> {
  const known = PATHCONF.get(name);
  if (known === undefined) return EINVAL;
  k.words[value] = known;
  return 0;
}
