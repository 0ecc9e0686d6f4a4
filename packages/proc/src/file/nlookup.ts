/**
 * Owns finding the path object of a path (sys/kern/vfs_nlookup.c): from the root directory of the process or
 * from its current one, one component at a time, never above its root. Runs in the thread of the caller.
 * Guards: fd_spin for the directories of the process; the nodes themselves stay while the kernel runs. Search
 * permission is not asked for: directories are open to all until `vfs` brings others.
 */
import { writeCstring } from '@smplab/kmem';
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { groupmember } from '../cred/privilege.ts';
import { CR } from '../cred/ucred.ts';
import { EACCES, ENAMETOOLONG, ENOENT, ENOTDIR } from '../errno.ts';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { FD, NC, NC_DIRECTORY, NC_PATH_BYTES } from './filedesc-layout.ts';
import { cache_drop, cache_hold, cache_path } from './nchandle.ts';
import {
  byteLength,
  childPath,
  componentsOf,
  isPathAt,
  MAXPATHLEN,
  mustBeDirectory,
  packPath,
  PATH_WORDS,
} from './path-name.ts';
import { hasResolver, nresolve } from './vnode-hooks.ts';

/** Why nothing was found. */
export interface LookupError {
  error?: number;
}

/** What naccess asks for. */
export const VREAD = 4;
export const VWRITE = 2;
export const VEXEC = 1;

/** The path object of a path, held; or 0, with the errno in `result`. */
export function* nlookup(k: Context, p: number, path: string, result: LookupError = {}): Steps<number> {
  const failed = (error: number): number => {
    result.error = error;
    return 0;
  };
  if (path === '' || path.includes('\0')) return failed(ENOENT);
  if (byteLength(path) > MAXPATHLEN) return failed(ENAMETOOLONG);
  const walk = yield* begin(k, p, path);
  const found = yield* components(k, walk, path, result);
  if (found !== 0 && found !== walk.start) yield* cache_hold(k, found);
  if (found !== walk.start) yield* cache_drop(k, walk.start);
  return found;
}

/** Where a look-up starts, held, and the directories it does not leave. */
interface Walk {
  readonly start: number;
  readonly tops: readonly number[];
}

function* begin(k: Context, p: number, path: string): Steps<Walk> {
  const fdp = k.get(p + P.p_fd);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const root = k.get(fdp + FD.fd_nrdir);
  const start = path.startsWith('/') ? root : k.get(fdp + FD.fd_ncdir);
  const tops = [root, k.get(fdp + FD.fd_njdir), k.peek(procs(k).g + G.g_nchroot)];
  yield* cache_hold(k, start);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return { start, tops };
}

/** The object at the end of the path; 0 with the errno in `result`. Only `start` is held. */
function* components(k: Context, walk: Walk, path: string, result: LookupError): Steps<number> {
  let nch = walk.start;
  for (const name of componentsOf(path)) {
    if (k.get(nch + NC.nc_type) !== NC_DIRECTORY) result.error = ENOTDIR;
    else if (byteLength(name) >= NC_PATH_BYTES) result.error = ENAMETOOLONG;
    else if (name === '..') {
      if (!walk.tops.includes(nch)) nch = k.get(nch + NC.nc_parent);
    } else nch = yield* child(k, nch, name, result);
    if (result.error !== undefined) return 0;
  }
  if (!mustBeDirectory(path) || k.get(nch + NC.nc_type) === NC_DIRECTORY) return nch;
  result.error = ENOTDIR;
  return 0;
}

/** The object of a name in a directory. */
function* child(k: Context, directory: number, name: string, result: LookupError): Steps<number> {
  const path = packPath(childPath(cache_path(k, directory), name));
  if (path === null) {
    result.error = ENAMETOOLONG;
    return 0;
  }
  let nch = k.peek(procs(k).g + G.g_nchroot);
  while (nch !== 0 && !isPathAt(k.words, nch + NC.nc_path, path)) nch = k.get(nch + NC.nc_list);
  if (nch === 0) nch = yield* resolve(k, directory, name);
  if (nch === 0) result.error = ENOENT;
  return nch;
}

/** Asks the file system, if there is one. */
function* resolve(k: Context, directory: number, name: string): Steps<number> {
  if (!hasResolver(k)) return yield* nresolve(k, directory, 0);
  const block = yield* kmalloc(k, M_TEMP, PATH_WORDS);
  writeCstring(k.kernel.memory, block, NC_PATH_BYTES, name);
  const nch = yield* nresolve(k, directory, block);
  yield* kfree(k, M_TEMP, block);
  return nch;
}

/**
 * 0, or EACCES if credentials do not give `mode` (VREAD, VWRITE, VEXEC) to an object. The caller holds both.
 */
export function naccess(k: Context, nch: number, cr: number, mode: number): number {
  const bits = k.get(nch + NC.nc_mode);
  const uid = k.get(cr + CR.cr_uid);
  if (uid === 0) {
    const isDirectory = k.get(nch + NC.nc_type) === NC_DIRECTORY;
    return (mode & VEXEC) !== 0 && !isDirectory && (bits & 0o111) === 0 ? EACCES : 0;
  }
  let shift = 0;
  if (uid === k.get(nch + NC.nc_uid)) shift = 6;
  else if (groupmember(k, k.get(nch + NC.nc_gid), cr)) shift = 3;
  return ((bits >> shift) & mode) === mode ? 0 : EACCES;
}
