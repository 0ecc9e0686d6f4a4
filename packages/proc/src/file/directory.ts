/**
 * Owns the directories of a process: chdir, chroot, getcwd (sys/kern/vfs_syscalls.c). Runs in the thread of
 * the call. Guards: fd_spin of the table, which rforked processes share; the directory that was is given back
 * after it.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { priv_check_cred, PRIV_VFS_CHROOT } from '../cred/privilege.ts';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { EINVAL, ENOENT, ENOMEM, ENOTDIR } from '../errno.ts';
import { curproc } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { curfd } from './fdnode.ts';
import { FD, NC, NC_DIRECTORY } from './filedesc-layout.ts';
import { cache_drop, cache_fullpath, cache_hold } from './nchandle.ts';
import { type LookupError, nlookup } from './nlookup.ts';
import { byteLength } from './path-name.ts';

/** chdir: 0, or the negative errno. */
export function* sys_chdir(k: Context, path: string): Steps<number> {
  const nch = yield* directoryAt(k, path);
  if (nch < 0) return nch;
  yield* fd_chdir(k, nch);
  return 0;
}

/** Makes a held directory the current one. */
export function fd_chdir(k: Context, nch: number): Steps {
  return putDirectory(k, curfd(k), FD.fd_ncdir, nch);
}

/** chroot: root only. The current directory stays, and may lie outside. */
export function* sys_chroot(k: Context, path: string): Steps<number> {
  const cr = yield* curcred_hold(k);
  const error = priv_check_cred(k, cr, PRIV_VFS_CHROOT);
  yield* crfree(k, cr);
  if (error !== 0) return -error;
  const nch = yield* directoryAt(k, path);
  if (nch < 0) return nch;
  yield* fd_chroot(k, nch);
  return 0;
}

/** Makes a held directory the root. */
export function* fd_chroot(k: Context, nch: number): Steps {
  const fdp = curfd(k);
  yield* cache_hold(k, nch);
  yield* putDirectory(k, fdp, FD.fd_nrdir, nch);
  yield* putJail(k, fdp, nch);
}

/** getcwd: bytes of the path with its NUL; EINVAL without room for two, ENOMEM if it does not fit. */
export function* sys_getcwd(k: Context, size: number, result: { path?: string }): Steps<number> {
  if (!(size >= 2)) return -EINVAL;
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const nch = yield* fd_ncdir_hold(k, curfd(k));
  const found: { path?: string } = {};
  yield* cache_fullpath(k, p, nch, found);
  yield* cache_drop(k, nch);
  yield* k.reltoken(p + P.p_token);
  const { path = '/' } = found;
  const bytes = byteLength(path) + 1;
  if (bytes > size) return -ENOMEM;
  result.path = path;
  return bytes;
}

/** The current directory of a table, held: whole, also when others share the table and change it. */
function* fd_ncdir_hold(k: Context, fdp: number): Steps<number> {
  yield* spin_lock(k, fdp + FD.fd_spin);
  const nch = yield* cache_hold(k, k.get(fdp + FD.fd_ncdir));
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return nch;
}

/** The directory at a path, held, or the negative errno. */
function* directoryAt(k: Context, path: string): Steps<number> {
  const found: LookupError = {};
  const nch = yield* nlookup(k, curproc(k), path, found);
  if (nch === 0) return -(found.error ?? ENOENT);
  if (k.get(nch + NC.nc_type) === NC_DIRECTORY) return nch;
  yield* cache_drop(k, nch);
  return -ENOTDIR;
}

/** Puts a held directory in the place of another, which is given back. */
function* putDirectory(k: Context, fdp: number, field: number, nch: number): Steps {
  yield* spin_lock(k, fdp + FD.fd_spin);
  const old = k.get(fdp + field);
  k.set(fdp + field, nch);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  if (old !== 0) yield* cache_drop(k, old);
}

/** The first chroot is also the one that `..` never leaves, not from outside either. */
function* putJail(k: Context, fdp: number, nch: number): Steps {
  yield* spin_lock(k, fdp + FD.fd_spin);
  const isFirst = k.get(fdp + FD.fd_njdir) === 0;
  if (isFirst) k.set(fdp + FD.fd_njdir, nch);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  if (!isFirst) yield* cache_drop(k, nch);
}
