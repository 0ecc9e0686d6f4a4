/**
 * Owns opening and closing nodes (procfs_open, procfs_close of NetBSD's procfs_vnops.c). Run by the thread of
 * the call, in a transaction of the mount. Whoever may not read or write the process does not get the node
 * open; who wants to be the only one that writes its memory is (O_EXCL): pfs_flags is one atomic word.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { cache_path, curproc, EBUSY, ENOENT, EPERM, FD, FREAD, FWRITE, P } from '@smplab/proc';
import {
  FSCRED,
  KAUTH_PROCESS_PROCFS,
  KAUTH_REQ_PROCESS_PROCFS_READ,
  KAUTH_REQ_PROCESS_PROCFS_RW,
  KAUTH_REQ_PROCESS_PROCFS_WRITE,
  kauth_authorize_process,
  NOCRED,
  O_EXCL,
} from '@smplab/vfs';
import { PFS } from '../node/node-types.ts';
import type { NodeRow } from '../node/node-table.ts';
import { vtopfs } from '../procfs-kernel.ts';
import { PFS_NODE, PFS_OPENEXCL, PFS_OPENWRITE } from '../procfs-layout.ts';
import { nodeOf } from './node.ts';
import { procfs_proc_lock, procfs_proc_unlock } from './proc-lock.ts';

/** VOP_OPEN. */
export function* procfs_open(k: Context, vp: number, mode: number, cred: number): Steps<number> {
  const { row, pfs, mp, pid } = nodeOf(k, vp);
  if (row.owner === 'root' && pid === 0) return 0;
  const p = yield* procfs_proc_lock(k, mp, pid, ENOENT);
  if (p < 0) return -p;
  const error = yield* mayOpen(k, row, pfs, p, mode, cred);
  yield* procfs_proc_unlock(k, p);
  return error;
}

/** VOP_CLOSE: who was the only one to write no longer is. */
export function* procfs_close(k: Context, vp: number, mode: number): Steps<number> {
  const pfs = vtopfs(k, vp);
  const flags = pfs === 0 || (mode & FWRITE) === 0 ? 0 : yield* k.load(pfs + PFS_NODE.pfs_flags);
  if ((flags & PFS_OPENEXCL) !== 0) yield* k.store(pfs + PFS_NODE.pfs_flags, 0);
  return 0;
}

function* mayOpen(
  k: Context,
  row: NodeRow,
  pfs: number,
  p: number,
  mode: number,
  cred: number,
): Steps<number> {
  const error = yield* kauth_authorize_process(k, cred, KAUTH_PROCESS_PROCFS, p, pfs, requestOf(mode), 0);
  if (error !== 0) return EPERM;
  if (!row.isGuarded) return 0;
  const isTrusted = cred === NOCRED || cred === FSCRED;
  if (!isTrusted && !(yield* isUnder(k, p))) return EPERM;
  return row.type === PFS.mem ? yield* openMemory(k, pfs, mode) : 0;
}

function requestOf(mode: number): number {
  if ((mode & FWRITE) === 0) return KAUTH_REQ_PROCESS_PROCFS_READ;
  return (mode & FREAD) === 0 ? KAUTH_REQ_PROCESS_PROCFS_WRITE : KAUTH_REQ_PROCESS_PROCFS_RW;
}

function* openMemory(k: Context, pfs: number, mode: number): Steps<number> {
  const isWrite = (mode & FWRITE) !== 0;
  const isAlone = (mode & O_EXCL) !== 0;
  for (;;) {
    const flags = yield* k.load(pfs + PFS_NODE.pfs_flags);
    const isTaken = ((flags & PFS_OPENWRITE) !== 0 && isAlone) || ((flags & PFS_OPENEXCL) !== 0 && isWrite);
    if (isTaken) return EBUSY;
    if (!isWrite) return 0;
    const wanted = PFS_OPENWRITE | (isAlone ? PFS_OPENEXCL : 0);
    if (yield* k.cmpset(pfs + PFS_NODE.pfs_flags, flags, wanted)) return 0;
  }
}

/** Whether the root of a process is at or below the caller's (proc_isunder). */
function* isUnder(k: Context, p: number): Steps<boolean> {
  const own = yield* rootPath(k, curproc(k));
  if (own === '/') return true;
  const other = yield* rootPath(k, p);
  return other === own || other.startsWith(`${own}/`);
}

/** Path of the root directory of a process; '' for one that has no files any more. */
function* rootPath(k: Context, p: number): Steps<string> {
  yield* k.gettoken(p + P.p_token);
  const fdp = k.get(p + P.p_fd);
  let path = '';
  if (fdp !== 0) {
    yield* spin_lock(k, fdp + FD.fd_spin);
    path = cache_path(k, k.get(fdp + FD.fd_nrdir));
    yield* spin_unlock(k, fdp + FD.fd_spin);
  }
  yield* k.reltoken(p + P.p_token);
  return path;
}
