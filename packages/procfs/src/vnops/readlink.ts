/**
 * Owns where symbolic links of procfs lead (procfs_readlink of NetBSD's procfs_vnops.c): to the caller, to
 * directories of a process, to its program, to what it has open. Run by any thread in a transaction of the
 * mount; with p_reflock of the process shared where there is one. A directory that the caller's root does not
 * reach, or that is on procfs itself, whose nodes are locked meanwhile, is shown as `/`.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  cache_path,
  closef,
  curproc,
  DTYPE_KQUEUE,
  DTYPE_PIPE,
  DTYPE_SOCKET,
  EBADF,
  EINVAL,
  ENOENT,
  F,
  FD,
  P,
  uiomove,
} from '@smplab/proc';
import { directoryPath, NOCRED, V, VDIR, VLNK, vrele } from '@smplab/vfs';
import { seesLinks, vnodeOfFile } from '../module/descriptor-kind.ts';
import { fd_getfile2 } from '../module/process-file.ts';
import { PFS } from '../node/node-types.ts';
import { PROFILE_LINUX } from '../procfs-layout.ts';
import { callersRoot, directoryOf } from './descriptors.ts';
import { isOfProcfs, nodeOf, type PfsNode } from './node.ts';
import { procfs_proc_lock, procfs_proc_unlock } from './proc-lock.ts';

/** VOP_READLINK: the target, as much as there is room for. */
export function* procfs_readlink(k: Context, vp: number, uio: number): Steps<number> {
  if (k.peek(vp + V.v_type) !== VLNK) return EINVAL;
  const node = nodeOf(k, vp);
  const target = yield* !node.isOfProcess ? callerTarget(k, node) : aboutProcess(k, node);
  if (typeof target === 'number') return target;
  uiomove(
    k,
    uio,
    Uint8Array.from(target, (character) => character.charCodeAt(0)),
  );
  return 0;
}

function* aboutProcess(k: Context, node: PfsNode): Steps<string | number> {
  const p = yield* procfs_proc_lock(k, node.mp, node.pid, ENOENT);
  if (p < 0) return -p;
  const target = yield* procfs_target(k, node, p);
  yield* procfs_proc_unlock(k, p);
  return target;
}

/** Number of the process that runs this. */
export function callersPid(k: Context): number {
  const p = curproc(k);
  return p === 0 ? 0 : k.words[p + P.p_pid];
}

/** `curproc`, and `self`, which NetBSD has lead there. */
function* callerTarget(k: Context, { type, profile }: PfsNode): Steps<string> {
  return type === PFS.self && profile !== PROFILE_LINUX ? 'curproc' : `${callersPid(k)}`;
}

/** Where a link about a process leads; or the errno. The process is looked at. */
export function* procfs_target(k: Context, node: PfsNode, p: number): Steps<string | number> {
  switch (node.type) {
    case PFS.task:
      return '..';
    case PFS.exe: {
      const nch = k.peek(p + P.p_textnch);
      return nch === 0 ? ENOENT : cache_path(k, nch);
    }
    case PFS.cwd:
      return yield* directoryTarget(k, node, yield* directoryOf(k, p, FD.fd_ncdir));
    case PFS.chroot:
      return yield* directoryTarget(k, node, yield* directoryOf(k, p, FD.fd_nrdir));
    case PFS.fd:
      return yield* fileTarget(k, node, p);
    default:
      return EINVAL;
  }
}

/** Consumes the reference; 0 is no directory. */
function* directoryTarget(k: Context, node: PfsNode, vp: number): Steps<string | number> {
  if (vp === 0) return ENOENT;
  const root = yield* callersRoot(k);
  const path = isOfProcfs(k, vp, node) ? '/' : yield* directoryPath(k, vp, root, NOCRED);
  yield* vrele(k, root);
  yield* vrele(k, vp);
  return typeof path === 'number' ? '/' : path;
}

function* fileTarget(k: Context, node: PfsNode, p: number): Steps<string | number> {
  const fp = yield* fd_getfile2(k, p, node.fd);
  if (fp === 0) return EBADF;
  const target = yield* targetOfFile(k, node, fp);
  yield* closef(k, fp);
  return target;
}

function* targetOfFile(k: Context, node: PfsNode, fp: number): Steps<string | number> {
  const isLink = seesLinks(k, node.mp);
  const isLinuxTree = node.profile === PROFILE_LINUX;
  const type = k.get(fp + F.f_type);
  if (type === DTYPE_PIPE) return isLinuxTree ? `pipe:[${k.get(fp + F.f_data)}]` : EINVAL;
  if (type === DTYPE_SOCKET) return isLinuxTree ? `socket:[${k.get(fp + F.f_data)}]` : EINVAL;
  if (type === DTYPE_KQUEUE) return isLinuxTree ? 'anon_inode:kqueue' : '[kqueue]';
  const vp = vnodeOfFile(k, fp);
  if (vp === 0) return '[misc]';
  if (k.peek(vp + V.v_type) === VDIR) {
    // The file keeps it, and the caller the file.
    const root = yield* callersRoot(k);
    const path = isOfProcfs(k, vp, node) ? '/' : yield* directoryPath(k, vp, root, NOCRED);
    yield* vrele(k, root);
    return typeof path === 'number' ? '/' : path;
  }
  if (!isLink) return EINVAL;
  const nch = k.words[fp + F.f_nch];
  // There is no cache of names here: of other files nobody knows what they are called.
  return nch === 0 ? ENOENT : cache_path(k, nch);
}
