/**
 * Owns single entries of a descriptor table (sys/kern/kern_descrip.c): finding the file of a descriptor,
 * taking the lowest free one, letting the table grow, putting a file there and taking it out. Runs in the
 * thread of a call. Guards: fd_spin; memory is taken and given back outside of it, and what was seen before
 * is looked at again.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { curlimit } from '../cred/plimit.ts';
import { RLIMIT_NOFILE } from '../cred/ucred.ts';
import { EBADF, EINVAL, EMFILE } from '../errno.ts';
import { kfree, kmalloc, M_FILEDESC } from '../malloc-types.ts';
import { curproc } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { fhold } from './file.ts';
import {
  F,
  FD,
  FDNODE_FLAGS,
  FDNODE_FP,
  FDNODE_WORDS,
  Filedesc,
  UF_EXCLOSE,
  UF_RESERVED,
} from './filedesc-layout.ts';

/** The descriptor table of the current process. */
export function curfd(k: Context): number {
  return k.get(curproc(k) + P.p_fd);
}

/** Descriptors the current process may have. */
export function* fdlimit(k: Context): Steps<number> {
  return Math.min(yield* curlimit(k, RLIMIT_NOFILE), k.kernel.limits.openFiles);
}

/** The entry of a descriptor; 0 outside of the table. Under fd_spin. */
export function fdnode(k: Context, fdp: number, fd: number): number {
  if (!Number.isInteger(fd) || fd < 0 || fd >= k.get(fdp + FD.fd_nfiles)) return 0;
  return k.get(fdp + FD.fd_files) + fd * FDNODE_WORDS;
}

/** The file of a descriptor of the current process, held, if it is open for `flag` (0: any); else -EBADF. */
export function* holdfp(k: Context, fd: number, flag: number): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const node = fdnode(k, fdp, fd);
  let fp = node === 0 ? 0 : k.get(node + FDNODE_FP);
  // Whether it is open for reading or writing never changes.
  if (fp !== 0 && flag !== 0 && (k.peek(fp + F.f_flag) & flag) === 0) fp = 0;
  if (fp !== 0) yield* fhold(k, fp);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return fp === 0 ? -EBADF : fp;
}

/** The next file of a type from a descriptor on, held, with its descriptor; 0 for none. */
export function* fdnext(k: Context, from: number, type: number): Steps<{ fd: number; fp: number }> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const nfiles = k.get(fdp + FD.fd_nfiles);
  let [fd, fp] = [from, 0];
  for (; fd < nfiles && fp === 0; fd++) {
    fp = k.get(fdnode(k, fdp, fd) + FDNODE_FP);
    if (fp !== 0 && k.get(fp + F.f_type) !== type) fp = 0;
  }
  if (fp !== 0) yield* fhold(k, fp);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return { fd: fd - 1, fp };
}

/** Reserves the lowest free descriptor from `want` on: EINVAL beyond the limit, EMFILE when none is left. */
export function* fdalloc(k: Context, want: number): Steps<number> {
  const limit = yield* fdlimit(k);
  if (want >= limit) return want === 0 ? -EMFILE : -EINVAL;
  const fdp = curfd(k);
  for (;;) {
    yield* spin_lock(k, fdp + FD.fd_spin);
    const nfiles = k.get(fdp + FD.fd_nfiles);
    const fd = freeFrom(k, fdp, want, Math.min(nfiles, limit));
    if (fd >= 0) k.set(fdnode(k, fdp, fd) + FDNODE_FLAGS, UF_RESERVED);
    yield* spin_unlock(k, fdp + FD.fd_spin);
    if (fd >= 0) return fd;
    if (nfiles >= limit) return -EMFILE;
    yield* fdgrow(k, fdp, Math.max(nfiles, want));
  }
}

/** The lowest free descriptor from `want` on, -1 for none below `end`. Under fd_spin. */
function freeFrom(k: Context, fdp: number, want: number, end: number): number {
  const files = k.get(fdp + FD.fd_files);
  for (let fd = want; fd < end; fd++) {
    const node = files + fd * FDNODE_WORDS;
    if (k.get(node + FDNODE_FP) === 0 && (k.get(node + FDNODE_FLAGS) & UF_RESERVED) === 0) return fd;
  }
  return -1;
}

/** Makes the table large enough for a descriptor, by doubling it. */
export function* fdgrow(k: Context, fdp: number, fd: number): Steps {
  yield* spin_lock(k, fdp + FD.fd_spin);
  let size = k.get(fdp + FD.fd_nfiles);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  if (fd < size) return;
  while (size <= fd) size *= 2;
  const made = yield* kmalloc(k, M_FILEDESC, size * FDNODE_WORDS);
  yield* spin_lock(k, fdp + FD.fd_spin);
  let left = k.get(fdp + FD.fd_files);
  const nfiles = k.get(fdp + FD.fd_nfiles);
  if (nfiles < size) {
    for (let word = 0; word < nfiles * FDNODE_WORDS; word++) k.words[made + word] = k.get(left + word);
    k.set(fdp + FD.fd_files, made);
    k.set(fdp + FD.fd_nfiles, size);
  } else left = made;
  yield* spin_unlock(k, fdp + FD.fd_spin);
  // Somebody was faster, or the old entries are done with; the first ones are part of the table's own block.
  if (left !== fdp + Filedesc.size) yield* kfree(k, M_FILEDESC, left);
}

/** Puts a file where a descriptor was reserved; the reference of the caller becomes that of the table. */
export function* fsetfd(k: Context, fd: number, fp: number, flags = 0): Steps {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const node = fdnode(k, fdp, fd);
  k.set(node + FDNODE_FP, fp);
  k.set(node + FDNODE_FLAGS, flags);
  yield* spin_unlock(k, fdp + FD.fd_spin);
}

/** Gives up a reserved descriptor. */
export function fdunreserve(k: Context, fd: number): Steps {
  return fsetfd(k, fd, 0);
}

/** Takes the file out of a descriptor, with the table's reference; 0 if there is none. */
export function* ftakefd(k: Context, fd: number): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const node = fdnode(k, fdp, fd);
  const fp = node === 0 ? 0 : k.get(node + FDNODE_FP);
  if (fp !== 0) {
    k.set(node + FDNODE_FP, 0);
    k.set(node + FDNODE_FLAGS, 0);
  }
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return fp;
}

/** Whether a descriptor is closed on exec: 1 or 0; -EBADF. */
export function* fgetfdflags(k: Context, fd: number): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const node = fdnode(k, fdp, fd);
  const isOpen = node !== 0 && k.get(node + FDNODE_FP) !== 0;
  const flags = isOpen ? k.get(node + FDNODE_FLAGS) : 0;
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return isOpen ? flags & UF_EXCLOSE : -EBADF;
}

/** Sets that: 0, or -EBADF. */
export function* fsetfdflags(k: Context, fd: number, flags: number): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const node = fdnode(k, fdp, fd);
  const isOpen = node !== 0 && k.get(node + FDNODE_FP) !== 0;
  if (isOpen) k.set(node + FDNODE_FLAGS, flags & UF_EXCLOSE);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return isOpen ? 0 : -EBADF;
}
