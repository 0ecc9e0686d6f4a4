/**
 * Owns open(2) (kern_open of sys/kern/vfs_syscalls.c): a descriptor for what a path leads to. Runs in the
 * thread of the call; holds no lock while a device opens, which may take its time. The descriptor is reserved
 * first, so that nobody else sees it before the file is whole.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { EACCES, EINVAL, EISDIR, ENOENT, ENOTDIR, EOPNOTSUPP } from '../errno.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { fdalloc, fdunreserve, fsetfd } from './fdnode.ts';
import { fdiscard, fmake } from './file.ts';
import {
  D,
  DTYPE_DEVICE,
  DTYPE_VNODE,
  F,
  FREAD,
  FWRITE,
  NC,
  NC_DEVICE,
  NC_DIRECTORY,
  NC_IMAGE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  OPEN_FLAGS,
  UF_EXCLOSE,
} from './filedesc-layout.ts';
import { result as resultOf } from './io-result.ts';
import { cache_drop } from './nchandle.ts';
import { type LookupError, naccess, nlookup, VREAD, VWRITE } from './nlookup.ts';

/** Opens a path; gives a descriptor. `oflags` as in BSD: O_RDONLY 0, O_WRONLY 1, O_RDWR 2 ... */
export function* sys_open(k: Context, path: string, oflags = 0): Steps<number> {
  const flag = (oflags & OPEN_FLAGS) + 1;
  if ((flag & (FREAD | FWRITE)) === 0) return -EINVAL;
  const fd = yield* fdalloc(k, 0);
  if (fd < 0) return fd;
  const found: LookupError = {};
  const nch = yield* nlookup(k, curproc(k), path, found);
  let error = nch === 0 ? missing(found.error ?? ENOENT, oflags) : yield* allowed(k, nch, flag, oflags);
  if (nch !== 0 && error !== 0) yield* cache_drop(k, nch);
  if (error === 0) error = yield* openNode(k, nch, flag, fd, (oflags & O_CLOEXEC) === 0 ? 0 : UF_EXCLOSE);
  if (error === 0) return fd;
  yield* fdunreserve(k, fd);
  return resultOf(error);
}

/** There is no file system to make a file in. */
function missing(error: number, oflags: number): number {
  return error === ENOENT && (oflags & O_CREAT) !== 0 ? EOPNOTSUPP : error;
}

function* allowed(k: Context, nch: number, flag: number, oflags: number): Steps<number> {
  const type = k.get(nch + NC.nc_type);
  if ((oflags & O_DIRECTORY) !== 0 && type !== NC_DIRECTORY) return ENOTDIR;
  const writes = (flag & FWRITE) !== 0;
  if (writes && type === NC_DIRECTORY) return EISDIR;
  const cr = yield* curcred_hold(k);
  const error = naccess(k, nch, cr, ((flag & FREAD) === 0 ? 0 : VREAD) | (writes ? VWRITE : 0));
  yield* crfree(k, cr);
  // A program cannot be written to, by root neither: its text is code of the machine.
  return error === 0 && writes && type === NC_IMAGE ? EACCES : error;
}

/**
 * A file for the object, whose hold becomes the file's or is given back, into the reserved descriptor: 0 or
 * an errno. That it may be opened has been asked.
 */
export function* openNode(k: Context, nch: number, flag: number, fd: number, fdflags: number): Steps<number> {
  const isDevice = k.get(nch + NC.nc_type) === NC_DEVICE;
  const data = k.get(nch + NC.nc_data);
  const ops = isDevice ? k.words[data + D.d_ops] : k.words[procs(k).g + G.g_pathops];
  const fp = yield* fmake(k, isDevice ? DTYPE_DEVICE : DTYPE_VNODE, flag, ops);
  k.words[fp + F.f_nch] = nch;
  const open = isDevice ? k.words[data + D.d_open] : 0;
  const error = open === 0 ? 0 : ((yield* k.call(open, fp, k.words[data + D.d_dev], flag)) as number);
  if (error === 0) yield* fsetfd(k, fd, fp, fdflags);
  else yield* fdiscard(k, fp);
  return error;
}
