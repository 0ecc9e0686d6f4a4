/**
 * Owns opening and closing nodes (procfs_open, procfs_close of NetBSD's procfs_vnops.c). Run by any thread in
 * a transaction of the mount; with p_reflock of the process shared where there is one. Who has memory open to
 * write, and wants to be alone with it, is noted in the node (pfs_flags, atomic).
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, ENOENT, EPERM, FD, FWRITE } from '@smplab/proc';
import { directoryPath, NOCRED, O_EXCL, rootDirectory, vrele } from '@smplab/vfs';
import { PFS } from '../node/node-types.ts';
import { PFS_NODE, PFS_OPENEXCL, PFS_OPENWRITE } from '../procfs-layout.ts';
import { authorize } from './authorize.ts';
import { callersRoot, directoryOf } from './descriptors.ts';
import { nodeOf, type PfsNode } from './node.ts';
import { procfs_proc_lock, procfs_proc_unlock } from './proc-lock.ts';

/** VOP_OPEN. */
export function* procfs_open(k: Context, vp: number, mode: number, cred: number): Steps<number> {
  const node = nodeOf(k, vp);
  if (!node.isOfProcess) return 0;
  const p = yield* procfs_proc_lock(k, node.mp, node.pid, ENOENT);
  if (p < 0) return -p;
  let error = yield* authorize(k, node, p, mode, cred);
  if (error === 0 && node.row.isGuarded && !(yield* isUnderRoot(k, p))) error = EPERM;
  if (error === 0 && node.type === PFS.mem) error = yield* openMemory(k, node, mode);
  yield* procfs_proc_unlock(k, p);
  return error;
}

/**
 * Whether the root of a process is that of the caller, or below it (proc_isunder). One that has none any more
 * is below that of the machine alone.
 */
function* isUnderRoot(k: Context, p: number): Steps<boolean> {
  const own = yield* callersRoot(k);
  const isUnder = own === rootDirectory(k) || (yield* hasRootUnder(k, p, own));
  yield* vrele(k, own);
  return isUnder;
}

function* hasRootUnder(k: Context, p: number, top: number): Steps<boolean> {
  const root = yield* directoryOf(k, p, FD.fd_nrdir);
  if (root === 0) return false;
  const path = yield* directoryPath(k, root, top, NOCRED);
  yield* vrele(k, root);
  return typeof path === 'string';
}

/** EBUSY where somebody is alone with it and another wants to write, or the other way round. */
function* openMemory(k: Context, { pfs }: PfsNode, mode: number): Steps<number> {
  const wantsWrite = (mode & FWRITE) !== 0;
  const wantsAlone = (mode & O_EXCL) !== 0;
  const word = pfs + PFS_NODE.pfs_flags;
  for (;;) {
    const before = yield* k.load(word);
    const isWritten = (before & PFS_OPENWRITE) !== 0;
    const isAlone = (before & PFS_OPENEXCL) !== 0;
    if ((isWritten && wantsAlone) || (isAlone && wantsWrite)) return EBUSY;
    if (!wantsWrite) return 0;
    if (yield* k.cmpset(word, before, PFS_OPENWRITE | (wantsAlone ? PFS_OPENEXCL : 0))) return 0;
  }
}

/** VOP_CLOSE: who was alone with it is so no more. */
export function* procfs_close(k: Context, vp: number, mode: number): Steps<number> {
  const { type, pfs } = nodeOf(k, vp);
  if (type !== PFS.mem || (mode & FWRITE) === 0) return 0;
  if (((yield* k.load(pfs + PFS_NODE.pfs_flags)) & PFS_OPENEXCL) !== 0)
    yield* k.and(pfs + PFS_NODE.pfs_flags, ~(PFS_OPENWRITE | PFS_OPENEXCL));
  return 0;
}
