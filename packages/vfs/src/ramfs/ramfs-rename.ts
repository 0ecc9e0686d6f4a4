/**
 * Owns VOP_RENAME of the file system in memory: a node changes its name as one action, so that nobody finds
 * it under both names or, where the new one was another's, the new name missing. A registered function: runs
 * in any thread, in a transaction of the mount; decides and acts under one hold of rm_lock.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, EISDIR, ENOENT, ENOTDIR } from '@smplab/proc';
import { ENOTEMPTY, EXDEV } from '../errno.ts';
import { V } from '../vnode/vnode-layout.ts';
import { CN } from '../vnode/vnode-ops-layout.ts';
import { mayEnter, mayRemove } from './ramfs-access.ts';
import { isEmpty, ramentry_find, ramentry_insert, ramentry_remove, ramentry_replace } from './ramentry.ts';
import { RE, RN } from './ramfs-layout.ts';
import { isDots, nameOf } from './ramfs-name-ops.ts';
import { nodeOf } from './ramfs-vnode.ts';
import { isAboveOrSame, isDirectory, ramfs_enter, ramfs_leave, ramnode_drop } from './ramnode.ts';

/** A name on its way: the directory it is in, its bytes, who asks. */
interface Side {
  readonly directory: number;
  readonly name: Uint8Array;
  readonly cred: number;
}

export function* ramfs_rename(
  k: Context,
  fdvp: number,
  fcnp: number,
  tdvp: number,
  tcnp: number,
): Steps<number> {
  if (k.peek(fdvp + V.v_mount) !== k.peek(tdvp + V.v_mount)) return EXDEV;
  const from = sideOf(k, fdvp, fcnp);
  const to = sideOf(k, tdvp, tcnp);
  if (isDots(from.name) || isDots(to.name)) return EINVAL;
  const fs = k.words[from.directory + RN.rn_fs];
  yield* ramfs_enter(k, fs);
  const error = yield* renameLocked(k, from, to);
  yield* ramfs_leave(k, fs);
  return error;
}

function sideOf(k: Context, dvp: number, cnp: number): Side {
  return { directory: nodeOf(k, dvp), name: nameOf(k, cnp), cred: k.words[cnp + CN.cn_cred] };
}

function* renameLocked(k: Context, from: Side, to: Side): Steps<number> {
  const source = ramentry_find(k, from.directory, from.name);
  if (source === 0) return ENOENT;
  const node = k.get(source + RE.re_node);
  const target = ramentry_find(k, to.directory, to.name);
  const old = target === 0 ? 0 : k.get(target + RE.re_node);
  const error = refusal(k, from, to, node, old);
  // Two names of one file: both stay (rename(2) of POSIX).
  if (error !== 0 || old === node) return error;
  yield* ramentry_remove(k, from.directory, source);
  if (target === 0) {
    yield* ramentry_insert(k, to.directory, to.name, node);
  } else {
    ramentry_replace(k, to.directory, target, node);
    yield* ramnode_drop(k, old);
  }
  return 0;
}

/** 0, or why it may not be: `old` is the node that has the new name, 0 for none. */
function refusal(k: Context, from: Side, to: Side, node: number, old: number): number {
  const error = mayRemove(k, from.directory, node, from.cred) || mayEnter(k, to.directory, to.cred);
  if (error !== 0) return error;
  // A directory cannot go below itself.
  if (isDirectory(k, node) && isAboveOrSame(k, node, to.directory)) return EINVAL;
  if (old === 0 || old === node) return 0;
  if (isDirectory(k, old) && !isDirectory(k, node)) return EISDIR;
  if (!isDirectory(k, old) && isDirectory(k, node)) return ENOTDIR;
  if (isDirectory(k, old) && !isEmpty(k, old)) return ENOTEMPTY;
  return mayRemove(k, to.directory, old, to.cred);
}
