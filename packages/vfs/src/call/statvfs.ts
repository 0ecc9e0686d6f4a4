/**
 * Owns statvfs(2), fstatvfs(2) and getvfsstat(2) (NetBSD kern/vfs_syscalls.c, do_sys_getvfsstat): what file
 * systems tell of themselves, as a program sees it. Run in the thread of the call. A mount is asked inside a
 * transaction, or while it is busy, so that it stays mounted meanwhile.
 */
import { readCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, closef, EINVAL, EIO, holdfp, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { M, MOUNT_PATH_BYTES, VFS, VFS_NAME_BYTES } from '../mount/mount-layout.ts';
import { mountlist_next } from '../mount/mount-list.ts';
import { Statvfs, SV } from '../mount/statvfs-layout.ts';
import { VFS_STATVFS } from '../mount/vfsops.ts';
import { ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup } from '../name/path-calls.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { vnode_enter, vnode_leave } from '../vnode/vnode-enter.ts';
import { vrele } from '../vnode/vref.ts';
import { asCaller } from './looker.ts';
import { vnodeOf } from './stat.ts';

/** What statvfs tells (struct statvfs): sizes in bytes, blocks of `frsize`, flags MNT_*. */
export interface FileSystem {
  readonly bsize: number;
  readonly frsize: number;
  readonly iosize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
  readonly favail: number;
  readonly namemax: number;
  readonly flag: number;
  readonly fsid: number;
  readonly mntonname: string;
  readonly mntfromname: string;
  readonly fstypename: string;
}

export interface FileSystemsResult {
  readonly found: FileSystem[];
}

/** statvfs of the file system that a path leads to: 0 or the negative errno. */
export function* sys_statvfs(k: Context, path: string, result: FileSystemsResult): Steps<number> {
  const error = yield* asCaller(k, function* (who) {
    const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
    if (vp < 0) return -vp;
    const failed = yield* ofVnode(k, vp, result);
    yield* vrele(k, vp);
    return failed;
  });
  return callResult(error);
}

/** fstatvfs: of the file system of what a descriptor was opened by. */
export function* sys_fstatvfs(k: Context, fd: number, result: FileSystemsResult): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const vp = vnodeOf(k, fp);
  const error = vp === 0 ? EINVAL : yield* ofVnode(k, vp, result);
  yield* closef(k, fp);
  return callResult(error);
}

/** getvfsstat: of all that are mounted, in the order in which they were; gives how many. */
export function* sys_getvfsstat(k: Context, result: FileSystemsResult): Steps<number> {
  for (let mp = yield* mountlist_next(k, 0); mp !== 0; mp = yield* mountlist_next(k, mp)) {
    yield* ofMount(k, mp, result);
  }
  return result.found.length;
}

/** EIO for a vnode that was taken away: it belongs to nothing that is mounted. */
function* ofVnode(k: Context, vp: number, result: FileSystemsResult): Steps<number> {
  const mp = yield* vnode_enter(k, vp);
  const isDead = mp === k.words[vfs(k).g + VG.vg_deadmount];
  const error = isDead ? EIO : yield* ofMount(k, mp, result);
  yield* vnode_leave(k, mp);
  return error;
}

/** The mount stays as it is meanwhile. */
function* ofMount(k: Context, mp: number, { found }: FileSystemsResult): Steps<number> {
  const buffer = yield* kmalloc(k, M_TEMP, Statvfs.size);
  const error = yield* VFS_STATVFS(k, mp, buffer);
  if (error === 0) found.push(fileSystemOf(k, mp, buffer));
  yield* kfree(k, M_TEMP, buffer);
  return error;
}

function fileSystemOf(k: Context, mp: number, buffer: number): FileSystem {
  const value = (field: number): number => k.words[buffer + field];
  const text = (at: number, bytes: number): string => readCstring(k.kernel.memory, at, bytes);
  return {
    bsize: value(SV.f_bsize),
    frsize: value(SV.f_frsize),
    iosize: value(SV.f_iosize),
    blocks: value(SV.f_blocks),
    bfree: value(SV.f_bfree),
    bavail: value(SV.f_bavail),
    files: value(SV.f_files),
    ffree: value(SV.f_ffree),
    favail: value(SV.f_favail),
    namemax: value(SV.f_namemax),
    flag: value(SV.f_flag),
    fsid: value(SV.f_fsid),
    mntonname: text(mp + M.mnt_onname, MOUNT_PATH_BYTES),
    mntfromname: text(mp + M.mnt_fromname, MOUNT_PATH_BYTES),
    fstypename: text(k.peek(mp + M.mnt_op) + VFS.vfs_name, VFS_NAME_BYTES),
  };
}
