/**
 * Owns open files (struct file): made, held and given back. The last reference closes what the file stands
 * for. Runs in any thread. Guards: f_count and f_flag are atomic, everything else is set before the file can
 * be found.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import type { Context, Kernel, Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_FILE } from '../malloc-types.ts';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { curproc } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { D, DTYPE_DEVICE, F, FD, FDNODE_WORDS, File, FREAD, FWRITE, NC } from './filedesc-layout.ts';
import { fo_close } from './file-ops.ts';
import { cache_drop } from './nchandle.ts';
import { isPathAt, packPath } from './path-name.ts';

const T_FILE = mallocType(M_FILE, 'open files');

/** A file with one reference that nobody can find yet, of the current process, if the thread is of one. */
export function* fmake(k: Context, type: number, flag: number, ops: number): Steps<number> {
  const fp = yield* kmalloc(k, M_FILE, File.size);
  const cred = curproc(k) === 0 ? 0 : yield* curcred_hold(k);
  const { words } = k;
  words[fp + F.f_count] = 1;
  words[fp + F.f_type] = type;
  words[fp + F.f_flag] = flag;
  words[fp + F.f_ops] = ops;
  words[fp + F.f_cred] = cred;
  return fp;
}

/** One more reference, for who has one or holds the fd_spin of a table it is in. */
export function fhold(k: Context, fp: number): Steps {
  return k.upon(k.fetchadd(fp + F.f_count, 1), checkHeld, fp);
}

function checkHeld(k: Context, before: number): null {
  return before < 1 ? k.panic(`fhold: f_count was ${before}`) : null;
}

/** Gives a reference back (fdrop, closef): the errno of the close if it was the last. */
export function* closef(k: Context, fp: number): Steps<number> {
  const before = yield* k.fetchadd(fp + F.f_count, -1);
  if (before < 1) k.panic(`closef: f_count was ${before}`);
  return before > 1 ? 0 : yield* finish(k, fp);
}

/** The same for who does not ask whether a close has gone well. */
export function fdropped(k: Context, fp: number): Steps {
  return k.upon(k.fetchadd(fp + F.f_count, -1), finishLast, fp);
}

function finishLast(k: Context, before: number, fp: number): Steps<number> | null {
  if (before < 1) k.panic(`closef: f_count was ${before}`);
  return before > 1 ? null : finish(k, fp);
}

function* finish(k: Context, fp: number): Steps<number> {
  const error = yield* fo_close(k, fp);
  yield* fdiscard(k, fp);
  return error;
}

/** Frees a file that was never opened, or has been closed. */
export function* fdiscard(k: Context, fp: number): Steps {
  const nch = k.get(fp + F.f_nch);
  if (nch !== 0) yield* cache_drop(k, nch);
  const cred = k.words[fp + F.f_cred];
  if (cred !== 0) yield* crfree(k, cred);
  yield* kfree(k, M_FILE, fp);
}

/**
 * Opens a device as descriptors 0 to 2 of a table that nobody uses yet, while the machine boots: one file,
 * with `data` as its terminal. What the device counts for an open file is the caller's to count.
 */
export function bootStandardFiles(kernel: Kernel, g: number, fdp: number, path: string, data: number): void {
  const nch = bootNode(kernel, g, path);
  const fp = kernel.kmem.kmalloc(T_FILE, File.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  words[fp + F.f_count] = 3;
  words[fp + F.f_type] = DTYPE_DEVICE;
  words[fp + F.f_flag] = FREAD | FWRITE;
  words[fp + F.f_ops] = words[words[nch + NC.nc_data] + D.d_ops];
  words[fp + F.f_data] = data;
  words[fp + F.f_nch] = nch;
  words[nch + NC.nc_refs]++;
  for (let fd = 0; fd < 3; fd++) words[words[fdp + FD.fd_files] + fd * FDNODE_WORDS] = fp;
}

/** The path object of a path, while the machine boots; it is not held. */
export function bootNode(kernel: Kernel, g: number, path: string): number {
  const { words } = kernel;
  const packed = packPath(path);
  for (let nch = words[g + G.g_nchroot]; nch !== 0 && packed !== null; nch = words[nch + NC.nc_list]) {
    if (isPathAt(words, nch + NC.nc_path, packed)) return nch;
  }
  throw new RangeError(`there is no ${path}`);
}
