/**
 * Owns the vnode operations of the file system in memory that are about what a file contains and what a
 * directory lists. Registered functions: run by any thread, in a transaction of the mount; each is one hold
 * of rm_lock, so a read sees a write as a whole. They move uio_offset on to where the next call begins.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  EINVAL,
  EISDIR,
  ENOTDIR,
  ENOTTY,
  ENXIO,
  FWRITE,
  listFirst,
  listNext,
  U,
  uiomove,
  uioResid,
  uioTake,
  uioUntake,
} from '@smplab/proc';
import { EROFS } from '../errno.ts';
import { M, MNT_NOATIME, MNT_RDONLY } from '../mount/mount-layout.ts';
import { packDirent } from '../name/dirent.ts';
import { isRoot } from '../name/genfs-access.ts';
import { V, VDIR, VLNK, VREG } from '../vnode/vnode-layout.ts';
import { isReadOnly } from './ramfs-access.ts';
import { ramdata_read, ramdata_write } from './ramdata.ts';
import { ramentry_name } from './ramentry.ts';
import { RE, RM, RN } from './ramfs-layout.ts';
import { nodeOf } from './ramfs-vnode.ts';
import { ramfs_enter, ramfs_leave } from './ramnode.ts';

/** ioflag of VOP_WRITE: at the end, wherever that is by then. */
export const IO_APPEND = 0x2;
const SET_IDS = 0o6000;

/** VOP_OPEN: whether the mode bits allow it was asked by VOP_ACCESS. */
export function* ramfs_open(k: Context, vp: number, mode: number): Steps<number> {
  if ((mode & FWRITE) === 0) return 0;
  if (k.peek(vp + V.v_type) === VDIR) return EISDIR;
  const node = nodeOf(k, vp);
  const isFile = k.peek(vp + V.v_type) === VREG;
  return isFile && isReadOnly(k, node) ? EROFS : 0;
}

/** VOP_CLOSE and VOP_FSYNC: there is nothing that is not in memory. */
export function* ramfs_nothing(): Steps<number> {
  return 0;
}

/** VOP_IOCTL. */
export function* ramfs_ioctl(): Steps<number> {
  return ENOTTY;
}

export function* ramfs_read(k: Context, vp: number, uio: number): Steps<number> {
  const error = wrongType(k, vp) || wrongOffset(k, uio);
  if (error !== 0) return error;
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const bytes = ramdata_read(k, node, k.words[uio + U.uio_offset], uioResid(k, uio));
  accessed(k, node);
  yield* ramfs_leave(k, fs);
  k.words[uio + U.uio_offset] += uiomove(k, uio, bytes);
  return 0;
}

export function* ramfs_write(
  k: Context,
  vp: number,
  uio: number,
  ioflag: number,
  cred: number,
): Steps<number> {
  const node = nodeOf(k, vp);
  const error = wrongType(k, vp) || wrongOffset(k, uio) || (isReadOnly(k, node) ? EROFS : 0);
  if (error !== 0) return error;
  const fs = k.words[node + RN.rn_fs];
  const bytes = uioTake(k, uio);
  yield* ramfs_enter(k, fs);
  if ((ioflag & IO_APPEND) !== 0) k.words[uio + U.uio_offset] = k.get(node + RN.rn_size);
  const failure = yield* ramdata_write(k, node, k.words[uio + U.uio_offset], bytes);
  if (failure === 0 && bytes.length > 0) {
    k.set(node + RN.rn_mtime, k.kernel.ticks);
    k.set(node + RN.rn_ctime, k.kernel.ticks);
    // Who may write a program must not thereby be its owner.
    if (!isRoot(k, cred)) k.set(node + RN.rn_mode, k.get(node + RN.rn_mode) & ~SET_IDS);
    yield* k.storeRelaxed(vp + V.v_size, k.get(node + RN.rn_size));
  }
  yield* ramfs_leave(k, fs);
  if (failure === 0) k.words[uio + U.uio_offset] += bytes.length;
  else uioUntake(k, uio, bytes.length);
  return failure;
}

/** VOP_READDIR: whole records; EINVAL if there is no room for the first. The offset is the next cookie. */
export function* ramfs_readdir(k: Context, vp: number, uio: number): Steps<number> {
  if (k.peek(vp + V.v_type) !== VDIR) return ENOTDIR;
  if (wrongOffset(k, uio) !== 0) return EINVAL;
  const directory = nodeOf(k, vp);
  const fs = k.words[directory + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const isFull = listInto(k, directory, uio);
  accessed(k, directory);
  yield* ramfs_leave(k, fs);
  return isFull && k.words[uio + U.uio_done] === 0 ? EINVAL : 0;
}

/** Moves records until there is no room for the next: whether that happened. */
function listInto(k: Context, directory: number, uio: number): boolean {
  const parent = k.get(directory + RN.rn_parent);
  const dots = [directory, parent === 0 ? directory : parent];
  for (const [cookie, node] of dots.entries()) {
    const name = new Uint8Array(cookie + 1).fill(0x2e);
    if (k.words[uio + U.uio_offset] <= cookie && !moveRecord(k, uio, node, name, cookie)) return true;
  }
  const entries = directory + RN.rn_entries;
  for (let entry = listFirst(k, entries); entry !== 0; entry = listNext(k, entry, RE.re_list)) {
    const cookie = k.get(entry + RE.re_cookie);
    if (cookie < k.words[uio + U.uio_offset]) continue;
    if (!moveRecord(k, uio, k.get(entry + RE.re_node), ramentry_name(k, entry), cookie)) return true;
  }
  return false;
}

function moveRecord(k: Context, uio: number, node: number, name: Uint8Array, cookie: number): boolean {
  const type = k.words[node + RN.rn_type];
  const record = packDirent({ fileno: BigInt(k.words[node + RN.rn_ino]), type, name });
  if (record.length > uioResid(k, uio)) return false;
  uiomove(k, uio, record);
  k.words[uio + U.uio_offset] = cookie + 1;
  return true;
}

/** VOP_READLINK: the target, as much as there is room for. */
export function* ramfs_readlink(k: Context, vp: number, uio: number): Steps<number> {
  if (k.peek(vp + V.v_type) !== VLNK) return EINVAL;
  const node = nodeOf(k, vp);
  const fs = k.words[node + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const bytes = ramdata_read(k, node, 0, uioResid(k, uio));
  yield* ramfs_leave(k, fs);
  uiomove(k, uio, bytes);
  return 0;
}

/** 0, or why there are no contents to read or write. Devices are their drivers' business. */
function wrongType(k: Context, vp: number): number {
  const type = k.peek(vp + V.v_type);
  if (type === VREG) return 0;
  if (type === VDIR) return EISDIR;
  return type === VLNK ? EINVAL : ENXIO;
}

function wrongOffset(k: Context, uio: number): number {
  return k.words[uio + U.uio_offset] < 0 ? EINVAL : 0;
}

function accessed(k: Context, node: number): void {
  const mp = k.words[k.words[node + RN.rn_fs] + RM.rm_mount];
  if ((k.peek(mp + M.mnt_flag) & (MNT_RDONLY | MNT_NOATIME)) === 0) k.set(node + RN.rn_atime, k.kernel.ticks);
}
