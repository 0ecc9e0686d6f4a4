/**
 * Owns the nodes of a file system in memory: made, found by number, given up, freed. Everything here is
 * called with rm_lock of the mount held exclusively, which `ramfs_enter` takes.
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, listFirst, listInsertHead, listNext, listRemove } from '@smplab/proc';
import { M_RAMFS } from '../malloc-types.ts';
import { VDIR } from '../vnode/vnode-layout.ts';
import { RAMFS_HASH, RAMFS_ROOTINO, RE, RM, Ramnode, RN } from './ramfs-layout.ts';

/** Takes the lock of a file system: its nodes and names do not change until `ramfs_leave`. */
export function* ramfs_enter(k: Context, fs: number): Steps {
  yield* lockmgr(k, fs + RM.rm_lock, LK_EXCLUSIVE);
}

export function* ramfs_leave(k: Context, fs: number): Steps {
  yield* lockmgr(k, fs + RM.rm_lock, LK_RELEASE);
}

/** A node without a name; the first one of a file system is its root. */
export function* ramnode_alloc(
  k: Context,
  fs: number,
  type: number,
  mode: number,
  uid: number,
  gid: number,
): Steps<number> {
  const node = yield* kmalloc(k, M_RAMFS, Ramnode.size);
  const ino = Math.max(k.get(fs + RM.rm_lastino) + 1, RAMFS_ROOTINO);
  k.set(fs + RM.rm_lastino, ino);
  k.set(fs + RM.rm_nodes, k.get(fs + RM.rm_nodes) + 1);
  k.set(node + RN.rn_ino, ino);
  k.set(node + RN.rn_type, type);
  k.set(node + RN.rn_fs, fs);
  k.set(node + RN.rn_mode, mode & 0o7777);
  k.set(node + RN.rn_uid, uid);
  k.set(node + RN.rn_gid, gid);
  k.set(node + RN.rn_lastcookie, 1);
  const now = k.kernel.ticks;
  for (const time of [RN.rn_atime, RN.rn_mtime, RN.rn_ctime, RN.rn_birthtime]) k.set(node + time, now);
  listInsertHead(k, hashOf(fs, ino), node, RN.rn_hash);
  return node;
}

/** The node with a number, or 0. */
export function ramnode_find(k: Context, fs: number, ino: number): number {
  for (let node = listFirst(k, hashOf(fs, ino)); node !== 0; node = listNext(k, node, RN.rn_hash)) {
    if (k.get(node + RN.rn_ino) === ino) return node;
  }
  return 0;
}

/** Frees the node if nothing stands for it any more: no name, no vnode. */
export function* ramnode_drop(k: Context, node: number): Steps {
  if (k.get(node + RN.rn_nlink) > 0 || k.get(node + RN.rn_uses) !== 0) return;
  yield* ramnode_free(k, node);
}

/** Frees the node with its contents and entries, whoever names it. */
function* ramnode_free(k: Context, node: number): Steps {
  if (k.get(node + RN.rn_uses) !== 0) k.panic(`ramnode_free: node ${k.get(node + RN.rn_ino)} is in use`);
  const fs = k.get(node + RN.rn_fs);
  for (;;) {
    const entry = listFirst(k, node + RN.rn_entries);
    if (entry === 0) break;
    listRemove(k, entry, RE.re_list);
    yield* kfree(k, M_RAMFS, entry);
  }
  const data = k.get(node + RN.rn_data);
  if (data !== 0) {
    k.set(fs + RM.rm_words, k.get(fs + RM.rm_words) - k.get(node + RN.rn_datawords));
    yield* kfree(k, M_RAMFS, data);
  }
  listRemove(k, node, RN.rn_hash);
  k.set(fs + RM.rm_nodes, k.get(fs + RM.rm_nodes) - 1);
  yield* kfree(k, M_RAMFS, node);
}

/** Frees all nodes: the file system is not mounted any more. */
export function* ramnode_freeall(k: Context, fs: number): Steps {
  for (let bucket = 0; bucket < RAMFS_HASH; bucket++) {
    for (;;) {
      const node = listFirst(k, fs + RM.rm_hash + bucket);
      if (node === 0) break;
      yield* ramnode_free(k, node);
    }
  }
}

/** One more or one less name for the node. */
export function ramnode_link(k: Context, node: number, delta: number): void {
  const nlink = k.get(node + RN.rn_nlink) + delta;
  if (nlink < 0) k.panic(`ramnode_link: node ${k.get(node + RN.rn_ino)} has ${nlink} links`);
  k.set(node + RN.rn_nlink, nlink);
  k.set(node + RN.rn_ctime, k.kernel.ticks);
}

/** Whether `node` is the directory or lies above it. */
export function isAboveOrSame(k: Context, node: number, directory: number): boolean {
  for (let at = directory; at !== 0; at = k.get(at + RN.rn_parent)) {
    if (at === node) return true;
    if (k.get(at + RN.rn_ino) === RAMFS_ROOTINO) return false;
  }
  return false;
}

export function isDirectory(k: Context, node: number): boolean {
  return k.get(node + RN.rn_type) === VDIR;
}

function hashOf(fs: number, ino: number): number {
  return fs + RM.rm_hash + (ino & (RAMFS_HASH - 1));
}
