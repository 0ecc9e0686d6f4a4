/**
 * Owns mounting and unmounting the file system in memory (VFS_MOUNT, VFS_UNMOUNT, VFS_STATVFS). Registered
 * functions, run by who mounts or unmounts, who has the mount for itself then.
 */
import { type Context, lockinit, lockuninit, type Steps } from '@smplab/lwkt';
import { EINVAL, kfree, kmalloc } from '@smplab/proc';
import { M_RAMFS } from '../malloc-types.ts';
import {
  IMNT_MPSAFE,
  IMNT_SHRLOOKUP,
  M,
  MNT_FORCE,
  MNT_GETARGS,
  MNT_LOCAL,
  MNT_UPDATE,
  VFS,
} from '../mount/mount-layout.ts';
import { SV } from '../mount/statvfs-layout.ts';
import { FORCECLOSE, vflush } from '../mount/vflush.ts';
import { VDIR } from '../vnode/vnode-layout.ts';
import { RAMFS_BLOCK_BYTES, RAMFS_NAMEMAX, RAMFS_WORDSMAX, RM, RN, Ramfs } from './ramfs-layout.ts';
import { ramfs_enter, ramfs_leave, ramnode_alloc, ramnode_freeall, ramnode_link } from './ramnode.ts';

/** Arguments: the words that contents may take, or none; for MNT_GETARGS they are filled in. */
export function* ramfs_mount(
  k: Context,
  mp: number,
  _path: number,
  data: number,
  length: number,
): Steps<number> {
  const flags = k.peek(mp + M.mnt_flag);
  if ((flags & MNT_GETARGS) !== 0) {
    if (length < 1) return EINVAL;
    k.words[data] = k.words[k.peek(mp + M.mnt_data) + RM.rm_wordsmax];
    return 0;
  }
  // What an update changes are flags of the mount, which operations look at each time.
  if ((flags & MNT_UPDATE) !== 0) return 0;
  const wordsMax = length > 0 ? k.words[data] : RAMFS_WORDSMAX;
  if (wordsMax < 0) return EINVAL;
  const fs = yield* kmalloc(k, M_RAMFS, Ramfs.size);
  lockinit(k, fs + RM.rm_lock, 'ramfs');
  k.words[fs + RM.rm_mount] = mp;
  k.words[fs + RM.rm_wordsmax] = wordsMax;
  k.words[fs + RM.rm_vnodeops] = k.words[k.peek(mp + M.mnt_op) + VFS.vfs_spare];
  yield* ramfs_enter(k, fs);
  const root = yield* ramnode_alloc(k, fs, VDIR, 0o755, 0, 0);
  // It has no name; its `.` and `..` are both its own.
  ramnode_link(k, root, 2);
  k.set(root + RN.rn_parent, root);
  yield* ramfs_leave(k, fs);
  k.words[mp + M.mnt_namemax] = RAMFS_NAMEMAX;
  yield* k.storeRelaxed(mp + M.mnt_flag, flags | MNT_LOCAL);
  yield* k.storeRelaxed(mp + M.mnt_iflag, k.peek(mp + M.mnt_iflag) | IMNT_MPSAFE | IMNT_SHRLOOKUP);
  yield* k.storeRelaxed(mp + M.mnt_data, fs);
  return 0;
}

/** EBUSY while vnodes are in use, unless by force; then everything in it is gone. */
export function* ramfs_unmount(k: Context, mp: number, flags: number): Steps<number> {
  const error = yield* vflush(k, mp, 0, (flags & MNT_FORCE) === 0 ? 0 : FORCECLOSE);
  if (error !== 0) return error;
  const fs = k.peek(mp + M.mnt_data);
  yield* ramfs_enter(k, fs);
  yield* ramnode_freeall(k, fs);
  yield* ramfs_leave(k, fs);
  lockuninit(k, fs + RM.rm_lock);
  yield* k.storeRelaxed(mp + M.mnt_data, 0);
  yield* kfree(k, M_RAMFS, fs);
  return 0;
}

/** VFS_STATVFS: blocks of contents; nodes are limited by the machine's memory alone, so none are free. */
export function* ramfs_statvfs(k: Context, mp: number, buffer: number): Steps<number> {
  const fs = k.peek(mp + M.mnt_data);
  const { words } = k;
  yield* ramfs_enter(k, fs);
  const used = k.get(fs + RM.rm_words);
  const nodes = k.get(fs + RM.rm_nodes);
  yield* ramfs_leave(k, fs);
  const blocksOf = (count: number): number => Math.floor(count / (RAMFS_BLOCK_BYTES / 4));
  const free = blocksOf(words[fs + RM.rm_wordsmax] - used);
  words[buffer + SV.f_flag] = k.peek(mp + M.mnt_flag);
  for (const size of [SV.f_bsize, SV.f_frsize, SV.f_iosize]) words[buffer + size] = RAMFS_BLOCK_BYTES;
  // Never 0: there are clients who divide by it.
  words[buffer + SV.f_blocks] = Math.max(blocksOf(words[fs + RM.rm_wordsmax]), 1);
  for (const field of [SV.f_bfree, SV.f_bavail]) words[buffer + field] = free;
  words[buffer + SV.f_bresvd] = 0;
  words[buffer + SV.f_files] = nodes;
  for (const field of [SV.f_ffree, SV.f_favail, SV.f_fresvd]) words[buffer + field] = 0;
  words[buffer + SV.f_fsid] = words[mp + M.mnt_fsid];
  words[buffer + SV.f_namemax] = words[mp + M.mnt_namemax];
  return 0;
}
