/**
 * Owns the list of file systems (NetBSD kern/vfs_init.c) and calling their operations (kern/vfs_subr.c,
 * VFS_*): rows of function numbers in kernel memory, found by address, so that every realm runs its own
 * instance of them. Runs in any thread. The list is guarded by vg_vfslist_lock (lockmgr); a row does not
 * change once it is attached, but for vfs_refcount (atomic), which counts mounts and who looked it up.
 *
 *     mount --mnt_op--> vfsops [ vfs_name | vfs_mount | vfs_unmount | vfs_root | ... ]      0: EOPNOTSUPP
 */
import { writeCstring } from '@smplab/kmem';
import { type Context, type Kernel, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import {
  EBUSY,
  EEXIST,
  ENOENT,
  EOPNOTSUPP,
  isListed,
  listFirst,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { VG } from '../vfs-layout.ts';
import { vfs } from '../vfs-kernel.ts';
import { M, VFS, VFS_NAME_BYTES, Vfsops } from './mount-layout.ts';

const NAME_WORDS = VFS_NAME_BYTES / 4;

type Operation = Exclude<keyof typeof VFS, 'vfs_list' | 'vfs_refcount' | 'vfs_name' | 'vfs_spare'>;

/** Function numbers of a file system's operations; those it does not have are left out. */
export type VfsOperations = Readonly<Partial<Record<Operation, number>>>;

/** Lays out a row, while the machine boots; `vfs_attach` makes it known. Gives its address. */
export function bootVfsops(kernel: Kernel, name: string, operations: VfsOperations): number {
  const ops = kernel.memory.reserve(Vfsops.size);
  writeCstring(kernel.memory, ops + VFS.vfs_name, VFS_NAME_BYTES, name);
  for (const [operation, number] of Object.entries(operations)) {
    kernel.words[ops + VFS[operation as Operation]] = number;
  }
  return ops;
}

/** Makes a file system known from the boot on; there is nothing for its vfs_init to do. */
export function bootAttach(kernel: Kernel, g: number, ops: number): void {
  const { words } = kernel;
  const head = g + VG.vg_vfslist;
  const next = words[head];
  words[ops + VFS.vfs_list] = next;
  words[ops + VFS.vfs_list + 1] = head;
  if (next !== 0) words[next + VFS.vfs_list + 1] = ops + VFS.vfs_list;
  words[head] = ops;
}

// ---- the list
// ---------------------------------------------------------------------------------------------------

/** Makes a file system known: 0, or EEXIST if one of its name is. */
export function* vfs_attach(k: Context, ops: number): Steps<number> {
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_EXCLUSIVE);
  let error: number = EEXIST;
  if (findByName(k, ops + VFS.vfs_name) === 0) {
    listInsertHead(k, g + VG.vg_vfslist, ops, VFS.vfs_list);
    // Before anybody can mount one.
    error = yield* optional(k, ops, VFS.vfs_init);
    if (error !== 0) listRemove(k, ops, VFS.vfs_list);
  }
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_RELEASE);
  return error;
}

/** Forgets it: 0, ENOENT if it is not known, EBUSY while it is mounted. */
export function* vfs_detach(k: Context, ops: number): Steps<number> {
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_EXCLUSIVE);
  let error: number = isListed(k, ops, VFS.vfs_list) ? 0 : ENOENT;
  if (error === 0 && (yield* k.load(ops + VFS.vfs_refcount)) > 0) error = EBUSY;
  if (error === 0) {
    // Out of reach first: nobody finds a file system that is being taken down.
    listRemove(k, ops, VFS.vfs_list);
    yield* optional(k, ops, VFS.vfs_done);
  }
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_RELEASE);
  return error;
}

/** The file system of a name (16 bytes at an address), which stays until `vfs_delref`; 0 if there is none. */
export function* vfs_getopsbyname(k: Context, name: number): Steps<number> {
  const { g } = vfs(k);
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_EXCLUSIVE);
  const ops = findByName(k, name);
  if (ops !== 0) yield* vfs_addref(k, ops);
  yield* lockmgr(k, g + VG.vg_vfslist_lock, LK_RELEASE);
  return ops;
}

/** One more mount of it, for who knows that it stays meanwhile. */
export function* vfs_addref(k: Context, ops: number): Steps {
  yield* k.fetchadd(ops + VFS.vfs_refcount, 1);
}

/** Gives back what `vfs_getopsbyname` or `vfs_addref` took. */
export function* vfs_delref(k: Context, ops: number): Steps {
  const before = yield* k.fetchadd(ops + VFS.vfs_refcount, -1);
  k.assert(before > 0, `vfs_delref: vfs_refcount of ${ops} was ${before}`);
}

function findByName(k: Context, name: number): number {
  const { g } = vfs(k);
  let ops = listFirst(k, g + VG.vg_vfslist);
  while (ops !== 0 && !isNamed(k, ops, name)) ops = listNext(k, ops, VFS.vfs_list);
  return ops;
}

/** Names are compared up to their end; both are constant. */
function isNamed(k: Context, ops: number, name: number): boolean {
  for (let at = 0; at < NAME_WORDS; at++) {
    if (k.words[ops + VFS.vfs_name + at] !== k.words[name + at]) return false;
  }
  return true;
}

// ---- operations: 0 or an errno
// -------------------------------------------------------------------------------------------------------

/** `data` is `length` words of arguments, which the file system changes for MNT_GETARGS. */
export function VFS_MOUNT(k: Context, mp: number, path: number, data: number, length: number): Steps<number> {
  return required(k, mp, VFS.vfs_mount, path, data, length);
}

/** It is on the list and may be found; a file system need not care. */
export function VFS_START(k: Context, mp: number, flags: number): Steps<number> {
  return optional(k, opsOf(k, mp), VFS.vfs_start, mp, flags);
}

export function VFS_UNMOUNT(k: Context, mp: number, flags: number): Steps<number> {
  return required(k, mp, VFS.vfs_unmount, flags);
}

/** The root, referenced; or the negative errno. */
export function* VFS_ROOT(k: Context, mp: number): Steps<number> {
  const vp = yield* required(k, mp, VFS.vfs_root);
  return isUnset(k, mp, VFS.vfs_root) ? -vp : vp;
}

/** Fills a struct statvfs of words. */
export function VFS_STATVFS(k: Context, mp: number, buffer: number): Steps<number> {
  return required(k, mp, VFS.vfs_statvfs, buffer);
}

export function VFS_SYNC(k: Context, mp: number, waitfor: number, cred: number): Steps<number> {
  return optional(k, opsOf(k, mp), VFS.vfs_sync, mp, waitfor, cred);
}

/** Makes the vnode, which nobody else can see, that of a key of `keywords` words (vnode/vcache.ts). */
export function* VFS_LOADVNODE(
  k: Context,
  mp: number,
  vp: number,
  key: number,
  keywords: number,
): Steps<number> {
  return yield* required(k, mp, VFS.vfs_loadvnode, vp, key, keywords);
}

/** The vnode of a file number of two words at `ino`, referenced; or the negative errno. */
export function* VFS_VGET(k: Context, mp: number, ino: number): Steps<number> {
  const vp = yield* required(k, mp, VFS.vfs_vget, ino);
  return isUnset(k, mp, VFS.vfs_vget) ? -vp : vp;
}

/** The vnode of a file handle, referenced; or the negative errno. */
export function* VFS_FHTOVP(k: Context, mp: number, fhp: number): Steps<number> {
  const vp = yield* required(k, mp, VFS.vfs_fhtovp, fhp);
  return isUnset(k, mp, VFS.vfs_fhtovp) ? -vp : vp;
}

function opsOf(k: Context, mp: number): number {
  return k.peek(mp + M.mnt_op);
}

function isUnset(k: Context, mp: number, operation: number): boolean {
  return k.words[opsOf(k, mp) + operation] === 0;
}

function* required(k: Context, mp: number, operation: number, ...args: number[]): Steps<number> {
  const number = k.words[opsOf(k, mp) + operation];
  return number === 0 ? EOPNOTSUPP : ((yield* k.call(number, mp, ...args)) as number);
}

/** An operation whose absence means that there is nothing to do. */
function* optional(k: Context, ops: number, operation: number, ...args: number[]): Steps<number> {
  const number = k.words[ops + operation];
  return number === 0 ? 0 : ((yield* k.call(number, ...args)) as number);
}
