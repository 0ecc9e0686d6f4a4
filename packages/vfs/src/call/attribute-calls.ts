/**
 * Owns the system calls that change what a file is like: chmod, chown, utimes, truncate, ftruncate and umask
 * (NetBSD kern/vfs_syscalls.c). Each gives 0 or the negative errno, umask the mask that was. Run in the
 * thread of the call. Guards: attributes are the file system's; fd_cmask is under fd_spin.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import {
  callResult,
  closef,
  curfd,
  EINVAL,
  EISDIR,
  F,
  FD,
  FWRITE,
  holdfp,
  kfree,
  M_TEMP,
} from '@smplab/proc';
import { ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup, vattr_null } from '../name/path-calls.ts';
import { V, VDIR } from '../vnode/vnode-layout.ts';
import { VA, VWRITE } from '../vnode/vnode-ops-layout.ts';
import { VOP_ACCESS, VOP_SETATTR } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { calls, CG } from './call-globals.ts';
import { asCaller } from './looker.ts';
import { vn_knote } from './vn-file.ts';

/** Fields of a Vattr, and what they become. */
type Change = readonly (readonly [field: number, value: number])[];

const MODE_BITS = 0o7777;
const MASK_BITS = 0o777;

export function sys_chmod(k: Context, path: string, mode: number): Steps<number> {
  return changeAt(k, path, [[VA.va_mode, mode & MODE_BITS]], 0);
}

/** An owner or group of -1 stays as it is. */
export function sys_chown(k: Context, path: string, uid: number, gid: number): Steps<number> {
  const change: Change = [
    [VA.va_uid, uid],
    [VA.va_gid, gid],
  ];
  return changeAt(k, path, change, 0);
}

/** Times of the last access and change, in seconds of the machine's clock since it was booted. */
export function* sys_utimes(k: Context, path: string, atime: number, mtime: number): Steps<number> {
  const [accessed, modified] = [atime, mtime].map((seconds) => Math.round(seconds * k.kernel.limits.hz));
  if (!isLength(accessed) || !isLength(modified)) return -EINVAL;
  const change: Change = [
    [VA.va_atime, accessed],
    [VA.va_mtime, modified],
  ];
  return yield* changeAt(k, path, change, 0);
}

export function* sys_truncate(k: Context, path: string, length: number): Steps<number> {
  if (!isLength(length)) return -EINVAL;
  return yield* changeAt(k, path, [[VA.va_size, length]], VWRITE);
}

/** Of a file that is open for writing. */
export function* sys_ftruncate(k: Context, fd: number, length: number): Steps<number> {
  if (!isLength(length)) return -EINVAL;
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const isFile = k.get(fp + F.f_ops) === k.words[calls(k) + CG.cg_fileops];
  const mayWrite = (k.peek(fp + F.f_flag) & FWRITE) !== 0;
  const vp = k.get(fp + F.f_data);
  const error =
    isFile && mayWrite
      ? yield* asCaller(k, ({ cred }) => setattr(k, vp, [[VA.va_size, length]], cred))
      : EINVAL;
  yield* closef(k, fp);
  return callResult(error);
}

/** Takes permission bits away from all files that are made from now on; gives those it took before. */
export function* sys_umask(k: Context, mask: number): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const before = k.get(fdp + FD.fd_cmask);
  k.set(fdp + FD.fd_cmask, mask & MASK_BITS);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return before;
}

function isLength(length: number): boolean {
  return Number.isInteger(length) && length >= 0 && length <= 0x7fffffff;
}

/** Changes what a path leads to, if it gives the caller `accmode`. */
function* changeAt(k: Context, path: string, change: Change, accmode: number): Steps<number> {
  const error = yield* asCaller(k, function* (who) {
    const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
    if (vp < 0) return -vp;
    let refused = accmode !== 0 && k.peek(vp + V.v_type) === VDIR ? EISDIR : 0;
    if (refused === 0 && accmode !== 0) refused = yield* VOP_ACCESS(k, vp, accmode, who.cred);
    if (refused === 0) refused = yield* setattr(k, vp, change, who.cred);
    yield* vrele(k, vp);
    return refused;
  });
  return callResult(error);
}

function* setattr(k: Context, vp: number, change: Change, cred: number): Steps<number> {
  const vap = yield* vattr_null(k);
  for (const [field, value] of change) k.words[vap + field] = value;
  const error = yield* VOP_SETATTR(k, vp, vap, cred);
  yield* vn_knote(k, vp);
  yield* kfree(k, M_TEMP, vap);
  return error;
}
