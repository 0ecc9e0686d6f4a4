/**
 * Owns descriptor tables as a whole (struct filedesc, sys/kern/kern_descrip.c): made at boot and at fork,
 * shared by count, copied, given back with everything they hold. Runs in any thread. Guards: the entries and
 * directories are under fd_spin, under which nothing blocks; fd_refcnt is atomic; p_fd is under p_token. A
 * process's own thread reads its own p_fd without: only exec, exit and an unsharing rfork replace it, which
 * are its own calls.
 *
 *     block of a new table:  [ filedesc | NDFILE entries ]      fd_files: those, or a larger block of its own
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import {
  type Context,
  type Kernel,
  spin_init,
  spin_lock,
  spin_unlock,
  Spinlock,
  type Steps,
} from '@smplab/lwkt';
import { kfree, kmalloc, M_FILEDESC } from '../malloc-types.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { closef, fdropped, fhold } from './file.ts';
import {
  DTYPE_KQUEUE,
  F,
  FD,
  FDNODE_FLAGS,
  FDNODE_FP,
  FDNODE_WORDS,
  Filedesc,
  NC,
  NDFILE,
  UF_EXCLOSE,
  UF_RESERVED,
} from './filedesc-layout.ts';
import { cache_drop, cache_ref } from './nchandle.ts';
import { fdclosed } from './vnode-hooks.ts';

const T_FILEDESC = mallocType(M_FILEDESC, 'descriptor tables');
const BLOCK_WORDS = Filedesc.size + NDFILE * FDNODE_WORDS;
const CMASK = 0o022;
/** Of a table: current, root and jail directory. */
const DIRECTORIES = [FD.fd_ncdir, FD.fd_nrdir, FD.fd_njdir] as const;

/** An empty table at the root directory, with one reference, while the machine boots. */
export function bootFiledesc(kernel: Kernel, g: number): number {
  const fdp = kernel.kmem.kmalloc(T_FILEDESC, BLOCK_WORDS, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  const root = words[g + G.g_nchroot];
  words[fdp + FD.fd_refcnt] = 1;
  kernel.writeText(fdp + FD.fd_spin + Spinlock.offsets.descr, 'fd');
  words[fdp + FD.fd_files] = fdp + Filedesc.size;
  words[fdp + FD.fd_nfiles] = NDFILE;
  words[fdp + FD.fd_ncdir] = root;
  words[fdp + FD.fd_nrdir] = root;
  words[root + NC.nc_refs] += 2;
  words[fdp + FD.fd_cmask] = CMASK;
  return fdp;
}

/** An empty table with room for `count` files that nobody else can see; it has no directories yet. */
function* fdmake(k: Context, count: number): Steps<number> {
  const fdp = yield* kmalloc(k, M_FILEDESC, BLOCK_WORDS);
  let files = fdp + Filedesc.size;
  if (count > NDFILE) files = yield* kmalloc(k, M_FILEDESC, count * FDNODE_WORDS);
  const { words } = k;
  words[fdp + FD.fd_refcnt] = 1;
  spin_init(k, fdp + FD.fd_spin, 'fd');
  words[fdp + FD.fd_files] = files;
  words[fdp + FD.fd_nfiles] = Math.max(count, NDFILE);
  return fdp;
}

/** Directories and mask of one table for another, with holds of its own. Under fd_spin of `from`. */
function* copyDirectories(k: Context, from: number, to: number): Steps {
  for (const at of DIRECTORIES) {
    const nch = k.get(from + at);
    if (nch !== 0) yield* cache_ref(k, nch);
    k.words[to + at] = nch;
  }
  k.words[to + FD.fd_cmask] = k.get(from + FD.fd_cmask);
}

/** An empty table with the directories of a process (RFCFDG); the caller holds p_token, or is its thread. */
export function* fdinit(k: Context, p: number): Steps<number> {
  const from = k.get(p + P.p_fd);
  const fdp = yield* fdmake(k, NDFILE);
  yield* spin_lock(k, from + FD.fd_spin);
  yield* copyDirectories(k, from, fdp);
  yield* spin_unlock(k, from + FD.fd_spin);
  return fdp;
}

/** The table of a process, once more (RFFDG clear). The caller holds p_token, or is its thread. */
export function* fdshare(k: Context, p: number): Steps<number> {
  const fdp = k.get(p + P.p_fd);
  const before = yield* k.fetchadd(fdp + FD.fd_refcnt, 1);
  if (before < 1) k.panic(`fdshare: fd_refcnt was ${before}`);
  return fdp;
}

/** A copy of the table of a process, its files held once more; files about to be opened are left out. */
export function* fdcopy(k: Context, p: number): Steps<number> {
  const from = k.get(p + P.p_fd);
  let size = NDFILE;
  for (;;) {
    const fdp = yield* fdmake(k, size);
    yield* spin_lock(k, from + FD.fd_spin);
    const nfiles = k.get(from + FD.fd_nfiles);
    if (nfiles <= size) {
      yield* copyDirectories(k, from, fdp);
      yield* copyFiles(k, from, fdp, nfiles);
      yield* spin_unlock(k, from + FD.fd_spin);
      return fdp;
    }
    // It is larger, or somebody who shares it has let it grow: memory is not taken under a spinlock.
    yield* spin_unlock(k, from + FD.fd_spin);
    yield* fdrelease(k, fdp);
    size = nfiles;
  }
}

function* copyFiles(k: Context, from: number, to: number, nfiles: number): Steps {
  const source = k.get(from + FD.fd_files);
  const target = k.words[to + FD.fd_files];
  for (let at = 0; at < nfiles * FDNODE_WORDS; at += FDNODE_WORDS) {
    const fp = k.get(source + at + FDNODE_FP);
    // A kqueue watches descriptors of its own table, and stays there.
    if (fp === 0 || k.get(fp + F.f_type) === DTYPE_KQUEUE) continue;
    yield* fhold(k, fp);
    k.words[target + at + FDNODE_FP] = fp;
    k.words[target + at + FDNODE_FLAGS] = k.get(source + at + FDNODE_FLAGS) & ~UF_RESERVED;
  }
}

/** The words of a table. */
function fdrelease(k: Context, fdp: number): Steps {
  const files = k.get(fdp + FD.fd_files);
  return files === fdp + Filedesc.size ? kfree(k, M_FILEDESC, fdp) : freeBoth(k, fdp, files);
}

function* freeBoth(k: Context, fdp: number, files: number): Steps {
  yield* kfree(k, M_FILEDESC, files);
  yield* kfree(k, M_FILEDESC, fdp);
}

/**
 * Puts `replace` (0 for none) in the place of the table of a process, and gives that back; the last reference
 * closes all files. p_fd changes first, so nobody finds a table that is being taken apart.
 */
export function* fdfree(k: Context, p: number, replace: number): Steps {
  yield* k.gettoken(p + P.p_token);
  const fdp = k.get(p + P.p_fd);
  k.set(p + P.p_fd, replace);
  yield* k.reltoken(p + P.p_token);
  if (fdp !== 0) yield* fddrop(k, fdp);
}

/** Gives a reference to a table back. */
export function* fddrop(k: Context, fdp: number): Steps {
  const before = yield* k.fetchadd(fdp + FD.fd_refcnt, -1);
  if (before < 1) k.panic(`fddrop: fd_refcnt was ${before}`);
  if (before > 1) return;
  const nfiles = k.get(fdp + FD.fd_nfiles);
  const files = k.get(fdp + FD.fd_files);
  for (let fd = 0; fd < nfiles; fd++) {
    const fp = k.get(files + fd * FDNODE_WORDS + FDNODE_FP);
    if (fp !== 0) yield* fdropped(k, fp);
  }
  for (const at of DIRECTORIES) {
    const nch = k.get(fdp + at);
    if (nch !== 0) yield* cache_drop(k, nch);
  }
  yield* fdrelease(k, fdp);
}

/** Closes the descriptors of a process that are marked close-on-exec. Its own thread calls it. */
export function* fdcloseexec(k: Context, p: number): Steps {
  const fdp = k.get(p + P.p_fd);
  for (;;) {
    yield* spin_lock(k, fdp + FD.fd_spin);
    const node = markedNode(k, fdp);
    const fp = node === 0 ? 0 : k.get(node + FDNODE_FP);
    const fd = (node - k.get(fdp + FD.fd_files)) / FDNODE_WORDS;
    if (node !== 0) {
      k.set(node + FDNODE_FP, 0);
      k.set(node + FDNODE_FLAGS, 0);
    }
    yield* spin_unlock(k, fdp + FD.fd_spin);
    if (fp === 0) return;
    yield* fdclosed(k, fp, fd);
    yield* closef(k, fp);
  }
}

/** The first entry with a file that is marked; 0 for none. Under fd_spin. */
function markedNode(k: Context, fdp: number): number {
  const files = k.get(fdp + FD.fd_files);
  const end = files + k.get(fdp + FD.fd_nfiles) * FDNODE_WORDS;
  for (let node = files; node < end; node += FDNODE_WORDS) {
    if (k.get(node + FDNODE_FP) !== 0 && (k.get(node + FDNODE_FLAGS) & UF_EXCLOSE) !== 0) return node;
  }
  return 0;
}
