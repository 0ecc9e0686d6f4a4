/**
 * Owns stat, lstat and fstat (do_sys_statat of NetBSD kern/vfs_syscalls.c, vn_stat): the attributes of a
 * vnode as a program sees them. Runs in the thread of the call.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, closef, DTYPE_SOCKET, F, holdfp, kfree, kmalloc, M_TEMP, NC } from '@smplab/proc';
import { do_sys_lookup } from '../name/path-calls.ts';
import { ND_FOLLOW } from '../name/nameidata.ts';
import { VBLK, VCHR, VDIR, VFIFO, VLNK, VREG, VSOCK } from '../vnode/vnode-layout.ts';
import { VOP_GETATTR } from '../vnode/vnode-ops.ts';
import { VA, Vattr } from '../vnode/vnode-ops-layout.ts';
import { vrele } from '../vnode/vref.ts';
import { calls, CG } from './call-globals.ts';
import { asCaller } from './looker.ts';

/** File types in st_mode. */
export const S_IFMT = 0o170000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFDIR = 0o040000;
export const S_IFBLK = 0o060000;
export const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
export const S_IFSOCK = 0o140000;

/** What stat tells (struct stat); times are clock ticks. */
export interface Stat {
  readonly st_dev: number;
  /** All 64 bits: numbers of procfs need them. */
  readonly st_ino: bigint;
  readonly st_mode: number;
  readonly st_nlink: number;
  readonly st_uid: number;
  readonly st_gid: number;
  readonly st_rdev: number;
  readonly st_size: number;
  readonly st_blksize: number;
  readonly st_blocks: number;
  readonly st_atime: number;
  readonly st_mtime: number;
  readonly st_ctime: number;
  readonly st_birthtime: number;
}

export interface StatResult {
  stat?: Stat;
}

const FORMATS: ReadonlyMap<number, number> = new Map([
  [VREG, S_IFREG],
  [VDIR, S_IFDIR],
  [VBLK, S_IFBLK],
  [VCHR, S_IFCHR],
  [VLNK, S_IFLNK],
  [VSOCK, S_IFSOCK],
  [VFIFO, S_IFIFO],
]);

/** stat, or lstat if a symbolic link is not followed: 0 or the negative errno. */
export function* sys_stat(k: Context, path: string, follows: boolean, result: StatResult): Steps<number> {
  const error = yield* asCaller(k, function* (who) {
    const vp = yield* do_sys_lookup(k, who, path, follows ? ND_FOLLOW : 0);
    if (vp < 0) return -vp;
    const failed = yield* vn_stat(k, vp, who.cred, result);
    yield* vrele(k, vp);
    return failed;
  });
  return callResult(error);
}

/** fstat: of what a descriptor was opened by; a pipe or a kqueue is nothing but that. */
export function* sys_fstat(k: Context, fd: number, result: StatResult): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const vp = vnodeOf(k, fp);
  let error = 0;
  if (vp !== 0) error = yield* asCaller(k, (who) => vn_stat(k, vp, who.cred, result));
  else result.stat = nameless(k.get(fp + F.f_type) === DTYPE_SOCKET ? S_IFSOCK : S_IFIFO);
  yield* closef(k, fp);
  return callResult(error);
}

/** The vnode behind a file that the caller holds; 0 if there is none. */
export function vnodeOf(k: Context, fp: number): number {
  if (k.get(fp + F.f_ops) === k.words[calls(k) + CG.cg_fileops]) return k.get(fp + F.f_data);
  const nch = k.get(fp + F.f_nch);
  return nch === 0 ? 0 : k.get(nch + NC.nc_vnode);
}

/** 0 or an errno. */
function* vn_stat(k: Context, vp: number, cred: number, result: StatResult): Steps<number> {
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  const error = yield* VOP_GETATTR(k, vp, vap, cred);
  if (error === 0) result.stat = statOf(k, vap);
  yield* kfree(k, M_TEMP, vap);
  return error;
}

function statOf({ words }: Context, vap: number): Stat {
  const value = (field: number): number => words[vap + field];
  return {
    st_dev: value(VA.va_fsid),
    st_ino: (BigInt(value(VA.va_fileid + 1)) << 32n) | BigInt(value(VA.va_fileid) >>> 0),
    st_mode: (FORMATS.get(value(VA.va_type)) ?? 0) | value(VA.va_mode),
    st_nlink: value(VA.va_nlink),
    st_uid: value(VA.va_uid),
    st_gid: value(VA.va_gid),
    st_rdev: value(VA.va_rdev),
    st_size: value(VA.va_size),
    st_blksize: value(VA.va_blocksize),
    st_blocks: (value(VA.va_bytes) + 511) >> 9,
    st_atime: value(VA.va_atime),
    st_mtime: value(VA.va_mtime),
    st_ctime: value(VA.va_ctime),
    st_birthtime: value(VA.va_birthtime),
  };
}

function nameless(format: number): Stat {
  const none = { st_dev: 0, st_ino: 0n, st_nlink: 0, st_uid: 0, st_gid: 0, st_rdev: 0, st_size: 0 };
  const times = { st_atime: 0, st_mtime: 0, st_ctime: 0, st_birthtime: 0 };
  return { ...none, ...times, st_mode: format | 0o600, st_blksize: 0, st_blocks: 0 };
}
