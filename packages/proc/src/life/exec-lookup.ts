/**
 * Owns finding the program of an exec (check_exec of NetBSD kern_exec.c): by the path objects of the boot, or
 * by the file system, if the machine has one, which then says whose the program is. Run by the thread that
 * execs, before anything has happened; what it finds is held.
 */
import { writeCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { curcred_hold, crfree } from '../cred/ucred-life.ts';
import { EACCES, ENAMETOOLONG, ENOENT, ENOEXEC } from '../errno.ts';
import { EXEC_PATH_BYTES, ExecRequest, NC, NC_IMAGE, XR } from '../file/filedesc-layout.ts';
import { cache_drop } from '../file/nchandle.ts';
import { type LookupError, naccess, nlookup, VEXEC } from '../file/nlookup.ts';
import { byteLength } from '../file/path-name.ts';
import { exec_lookup, hasExecLookup } from '../file/vnode-hooks.ts';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { entryNumber } from '../user/image.ts';

const MAIN = entryNumber('main');

/** A program that may be executed. */
export interface ExecFile {
  /** Its path object, held. */
  readonly nch: number;
  /** Mode and owner: whom it runs as. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The program of a path; or the errno. */
export function* execLookup(k: Context, p: number, path: string): Steps<ExecFile | number> {
  const file = hasExecLookup(k) ? yield* fromFileSystem(k, path) : yield* fromPathObjects(k, p, path);
  if (typeof file === 'number' || isKnown(k, file.nch)) return file;
  yield* cache_drop(k, file.nch);
  return ENOEXEC;
}

/** Whether this machine knows the program. */
function isKnown(k: Context, nch: number): boolean {
  return (
    procs(k)
      .images.find(k.get(nch + NC.nc_data))
      ?.entries.has(MAIN) === true
  );
}

function* fromFileSystem(k: Context, path: string): Steps<ExecFile | number> {
  if (path === '' || path.includes('\0')) return ENOENT;
  if (byteLength(path) >= EXEC_PATH_BYTES) return ENAMETOOLONG;
  const request = yield* kmalloc(k, M_TEMP, ExecRequest.size);
  const { words } = k;
  writeCstring(k.kernel.memory, request + XR.xr_path, EXEC_PATH_BYTES, path);
  const nch = yield* exec_lookup(k, request);
  const [mode, uid, gid] = [XR.xr_mode, XR.xr_uid, XR.xr_gid].map((field) => words[request + field]);
  yield* kfree(k, M_TEMP, request);
  return nch < 0 ? -nch : { nch, mode, uid, gid };
}

/** What the boot says of a path object never changes (exec_check_permissions). */
function* fromPathObjects(k: Context, p: number, path: string): Steps<ExecFile | number> {
  const failure: LookupError = {};
  const nch = yield* nlookup(k, p, path, failure);
  if (nch === 0) return failure.error ?? EACCES;
  let error = EACCES as number;
  if (k.get(nch + NC.nc_type) === NC_IMAGE) {
    const cred = yield* curcred_hold(k);
    error = naccess(k, nch, cred, VEXEC);
    yield* crfree(k, cred);
  }
  if (error === 0)
    return {
      nch,
      mode: k.get(nch + NC.nc_mode),
      uid: k.get(nch + NC.nc_uid),
      gid: k.get(nch + NC.nc_gid),
    };
  yield* cache_drop(k, nch);
  return error;
}
