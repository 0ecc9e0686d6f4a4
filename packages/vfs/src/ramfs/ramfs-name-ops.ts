/**
 * Owns the vnode operations of the file system in memory that find, make and remove names. Registered
 * functions: run by any thread, in a transaction of the mount. Each looks and acts under one hold of rm_lock,
 * so that of two that want the same name one gets it, whatever a lookup has told them before.
 */
import { readBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { CR, EBUSY, EEXIST, EINVAL, ENOENT, EPERM } from '@smplab/proc';
import { ENOTEMPTY, EXDEV } from '../errno.ts';
import { NOCRED } from '../name/genfs-access.ts';
import { V, VDIR, VLNK } from '../vnode/vnode-layout.ts';
import {
  CN,
  CN_ISLASTCN,
  CN_NAME_BYTES,
  NAMEI_CREATE,
  NAMEI_DELETE,
  NAMEI_LOOKUP,
  NAMEI_RENAME,
  VA,
} from '../vnode/vnode-ops-layout.ts';
import { vref } from '../vnode/vref.ts';
import { mayEnter, mayRemove, maySearch } from './ramfs-access.ts';
import { ramdata_write } from './ramdata.ts';
import { isEmpty, ramentry_find, ramentry_insert, ramentry_remove } from './ramentry.ts';
import { RE, RN } from './ramfs-layout.ts';
import { nodeOf, ramfs_vnode, ramnode_use } from './ramfs-vnode.ts';
import { isDirectory, ramfs_enter, ramfs_leave, ramnode_alloc, ramnode_drop } from './ramnode.ts';

/** Bytes of a symbolic link, at most. */
const TARGET_BYTES = 1024;
const DOT = 0x2e;

/** VOP_LOOKUP. A name that is missing gives ENOENT, for CREATE and RENAME only where it may be entered. */
export function* ramfs_lookup(k: Context, dvp: number, cnp: number): Steps<number> {
  const directory = nodeOf(k, dvp);
  const fs = k.words[directory + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const found = lookForName(k, directory, cnp);
  if (found > 0 && found !== directory) ramnode_use(k, found);
  yield* ramfs_leave(k, fs);
  if (found < 0) return found;
  if (found !== directory) return yield* ramfs_vnode(k, found);
  yield* vref(k, dvp);
  return dvp;
}

/** The node, or the negative errno. */
function lookForName(k: Context, directory: number, cnp: number): number {
  const cred = k.words[cnp + CN.cn_cred];
  const error = maySearch(k, directory, cred);
  if (error !== 0) return -error;
  const name = nameOf(k, cnp);
  const node = nodeByName(k, directory, name);
  const isLast = (k.words[cnp + CN.cn_flags] & CN_ISLASTCN) !== 0;
  const intent = isLast ? k.words[cnp + CN.cn_nameiop] : NAMEI_LOOKUP;
  if (node === 0) {
    const isNew = intent === NAMEI_CREATE || intent === NAMEI_RENAME;
    const refusal = isNew ? mayEnter(k, directory, cred) : 0;
    return refusal === 0 ? -ENOENT : -refusal;
  }
  if (intent === NAMEI_DELETE && !isDots(name)) {
    const refusal = mayRemove(k, directory, node, cred);
    if (refusal !== 0) return -refusal;
  }
  return node;
}

function nodeByName(k: Context, directory: number, name: Uint8Array): number {
  if (isDots(name)) return name.length === 1 ? directory : k.get(directory + RN.rn_parent);
  const entry = ramentry_find(k, directory, name);
  return entry === 0 ? 0 : k.get(entry + RE.re_node);
}

/** VOP_CREATE and VOP_MKNOD: a node of va_type, which is no directory and no link. */
export function* ramfs_create(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  const type = k.words[vap + VA.va_type];
  if (type === VDIR || type === VLNK) return -EINVAL;
  return yield* makeNode(k, dvp, cnp, vap, type);
}

export function* ramfs_mkdir(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return yield* makeNode(k, dvp, cnp, vap, VDIR);
}

export function* ramfs_symlink(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return yield* makeNode(k, dvp, cnp, vap, VLNK);
}

/** A new node under a new name; its vnode, referenced, or the negative errno. */
function* makeNode(k: Context, dvp: number, cnp: number, vap: number, type: number): Steps<number> {
  const directory = nodeOf(k, dvp);
  const fs = k.words[directory + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const made = yield* makeNodeLocked(k, directory, cnp, vap, type);
  if (made > 0) ramnode_use(k, made);
  yield* ramfs_leave(k, fs);
  return made < 0 ? made : yield* ramfs_vnode(k, made);
}

function* makeNodeLocked(
  k: Context,
  directory: number,
  cnp: number,
  vap: number,
  type: number,
): Steps<number> {
  const cred = k.words[cnp + CN.cn_cred];
  const name = nameOf(k, cnp);
  const error = mayEnter(k, directory, cred);
  if (error !== 0) return -error;
  if (nodeByName(k, directory, name) !== 0) return -EEXIST;
  const fs = k.words[directory + RN.rn_fs];
  const uid = cred > 0 ? k.get(cred + CR.cr_uid) : 0;
  // Group of the directory, as in BSD.
  const gid = k.get(directory + RN.rn_gid);
  const node = yield* ramnode_alloc(k, fs, type, k.words[vap + VA.va_mode], uid, gid);
  k.set(node + RN.rn_rdev, k.words[vap + VA.va_rdev]);
  if (type === VLNK) {
    const target = upToNul(k, k.words[vap + VA.va_symlink], TARGET_BYTES);
    const failure = yield* ramdata_write(k, node, 0, target);
    if (failure !== 0) {
      yield* ramnode_drop(k, node);
      return -failure;
    }
  }
  yield* ramentry_insert(k, directory, name, node);
  return node;
}

/** VOP_REMOVE: takes a name away from what is no directory. */
export function* ramfs_remove(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  return yield* unname(k, dvp, vp, cnp, (node) => (isDirectory(k, node) ? EPERM : 0));
}

/** VOP_RMDIR: an empty directory goes, on which nothing is mounted. */
export function* ramfs_rmdir(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  return yield* unname(k, dvp, vp, cnp, (node) => {
    if (k.peek(vp + V.v_mountedhere) !== 0) return EBUSY;
    const error = maySearch(k, node, NOCRED);
    return error === 0 && !isEmpty(k, node) ? ENOTEMPTY : error;
  });
}

/** ENOENT if the name is that of another node by now. */
function* unname(
  k: Context,
  dvp: number,
  vp: number,
  cnp: number,
  refuse: (node: number) => number,
): Steps<number> {
  const directory = nodeOf(k, dvp);
  const fs = k.words[directory + RN.rn_fs];
  const name = nameOf(k, cnp);
  if (isDots(name)) return EINVAL;
  yield* ramfs_enter(k, fs);
  const entry = ramentry_find(k, directory, name);
  const node = nodeOf(k, vp);
  let error = entry !== 0 && k.get(entry + RE.re_node) === node ? 0 : ENOENT;
  if (error === 0) error = mayRemove(k, directory, node, k.words[cnp + CN.cn_cred]);
  if (error === 0) error = refuse(node);
  if (error === 0) yield* ramentry_remove(k, directory, entry);
  yield* ramfs_leave(k, fs);
  return error;
}

/** VOP_LINK: one more name for what is no directory. */
export function* ramfs_link(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  if (k.peek(vp + V.v_mount) !== k.peek(dvp + V.v_mount)) return EXDEV;
  const directory = nodeOf(k, dvp);
  const node = nodeOf(k, vp);
  const fs = k.words[directory + RN.rn_fs];
  const name = nameOf(k, cnp);
  yield* ramfs_enter(k, fs);
  let error = mayEnter(k, directory, k.words[cnp + CN.cn_cred]);
  if (error === 0 && isDirectory(k, node)) error = EPERM;
  if (error === 0 && nodeByName(k, directory, name) !== 0) error = EEXIST;
  // A file that has lost its last name gets none again.
  if (error === 0 && k.get(node + RN.rn_nlink) === 0) error = ENOENT;
  if (error === 0) yield* ramentry_insert(k, directory, name, node);
  yield* ramfs_leave(k, fs);
  return error;
}

/** The name a lookup is about. */
export function nameOf(k: Context, cnp: number): Uint8Array {
  return upToNul(k, cnp + CN.cn_name, CN_NAME_BYTES);
}

/** `.` or `..`, which no directory has entries for. */
export function isDots(name: Uint8Array): boolean {
  return name.length > 0 && name.length <= 2 && name.every((byte) => byte === DOT);
}

function upToNul(k: Context, at: number, most: number): Uint8Array {
  const bytes = readBytes(k.kernel.memory, at, most);
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
