/**
 * Owns the way between vnodes and nodes in memory: the vnode of a node, a node's loading into a vnode, and
 * the end of both. Run by any thread, without rm_lock, which is taken here; a node that is on its way to a
 * vnode is counted as used, so that its number, which is the key, stays.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ENOENT } from '@smplab/proc';
import { M } from '../mount/mount-layout.ts';
import { vcache_get } from '../vnode/vcache.ts';
import { V, VV_ROOT } from '../vnode/vnode-layout.ts';
import { RAMFS_ROOTINO, RM, RN } from './ramfs-layout.ts';
import { ramfs_enter, ramfs_leave, ramnode_drop, ramnode_find } from './ramnode.ts';

/** The node of a vnode, whose operations run in a transaction of its mount. */
export function nodeOf(k: Context, vp: number): number {
  return k.peek(vp + V.v_data);
}

/** Keeps the node until `ramfs_vnode`; the caller holds rm_lock. */
export function ramnode_use(k: Context, node: number): void {
  k.set(node + RN.rn_uses, k.get(node + RN.rn_uses) + 1);
}

/** The vnode of a node that is in use, referenced; or the negative errno. The node is let go. */
export function* ramfs_vnode(k: Context, node: number): Steps<number> {
  const fs = k.words[node + RN.rn_fs];
  const vp = yield* vcache_get(k, k.words[fs + RM.rm_mount], node + RN.rn_ino, 1);
  yield* ramfs_enter(k, fs);
  yield* unuse(k, node);
  yield* ramfs_leave(k, fs);
  return vp;
}

/** VFS_ROOT: the root directory, referenced; or the negative errno. */
export function* ramfs_root(k: Context, mp: number): Steps<number> {
  const fs = k.peek(mp + M.mnt_data);
  yield* ramfs_enter(k, fs);
  const node = ramnode_find(k, fs, RAMFS_ROOTINO);
  ramnode_use(k, node);
  yield* ramfs_leave(k, fs);
  return yield* ramfs_vnode(k, node);
}

/** VFS_LOADVNODE: makes a vnode that nobody else can see that of the node whose number is the key. */
export function* ramfs_loadvnode(k: Context, mp: number, vp: number, key: number): Steps<number> {
  const fs = k.peek(mp + M.mnt_data);
  const ino = k.words[key];
  yield* ramfs_enter(k, fs);
  const node = ramnode_find(k, fs, ino);
  if (node !== 0) ramnode_use(k, node);
  const size = node === 0 ? 0 : k.get(node + RN.rn_size);
  yield* ramfs_leave(k, fs);
  if (node === 0) return ENOENT;
  yield* k.storeRelaxed(vp + V.v_op, k.words[fs + RM.rm_vnodeops]);
  yield* k.storeRelaxed(vp + V.v_data, node);
  yield* k.storeRelaxed(vp + V.v_type, k.words[node + RN.rn_type]);
  yield* k.storeRelaxed(vp + V.v_size, size);
  yield* k.storeRelaxed(vp + V.v_vflag, ino === RAMFS_ROOTINO ? VV_ROOT : 0);
  yield* k.storeRelaxed(vp + V.v_key, node + RN.rn_ino);
  yield* k.storeRelaxed(vp + V.v_keywords, 1);
  return 0;
}

/** VOP_INACTIVE: what has no name any more is of no further use. */
export function* ramfs_inactive(k: Context, vp: number): Steps<number> {
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const isUnnamed = k.get(node + RN.rn_nlink) === 0;
  yield* ramfs_leave(k, fs);
  return isUnnamed ? 1 : 0;
}

/** VOP_RECLAIM: the vnode lets go of the node, which goes with it if it has no name. */
export function* ramfs_reclaim(k: Context, vp: number): Steps<number> {
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* k.storeRelaxed(vp + V.v_data, 0);
  yield* ramfs_enter(k, fs);
  yield* unuse(k, node);
  yield* ramfs_leave(k, fs);
  return 0;
}

function* unuse(k: Context, node: number): Steps {
  k.set(node + RN.rn_uses, k.get(node + RN.rn_uses) - 1);
  yield* ramnode_drop(k, node);
}
