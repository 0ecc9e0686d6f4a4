/**
 * Owns finding a name in a directory of procfs (procfs_lookup of NetBSD's procfs_vnops.c; procfs.md 1.3). Run
 * by any thread in a transaction of the mount. A node of a process is made with p_reflock of the process
 * shared, so that exec and exit find all there are; while they run the process has no name.
 */
import { readCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { closef, EIO, ENOENT, ENOTDIR, ESRCH, F, kern, listFirst, listNext, P } from '@smplab/proc';
import {
  CN,
  CN_ISLASTCN,
  CN_NAME_BYTES,
  EROFS,
  NAMEI_CREATE,
  NAMEI_DELETE,
  NAMEI_LOOKUP,
  NAMEI_RENAME,
  V,
  VDIR,
  VEXEC,
  vref,
} from '@smplab/vfs';
import { procfs_allocvp } from '../module/allocvp.ts';
import { seesLinks, vnodeOfFile } from '../module/descriptor-kind.ts';
import { fd_getfile2 } from '../module/process-file.ts';
import { type NodeRow, rowsIn } from '../node/node-table.ts';
import { PFS } from '../node/node-types.ts';
import { procfs } from '../procfs-kernel.ts';
import { textVnodeOf } from '../text/memory-map.ts';
import { procfs_access } from './getattr.ts';
import { nodeOf, type PfsNode } from './node.ts';
import { hasThreads, procfs_proc_lock, procfs_proc_unlock, showsZombies } from './proc-lock.ts';
import { callersPid } from './readlink.ts';
import { canSee, isShown } from './visible.ts';

/** VOP_LOOKUP. */
export function* procfs_lookup(k: Context, dvp: number, cnp: number): Steps<number> {
  if (k.peek(dvp + V.v_type) !== VDIR) return -ENOTDIR;
  const cred = k.words[cnp + CN.cn_cred];
  const refused = yield* procfs_access(k, dvp, VEXEC, cred);
  if (refused !== 0) return -refused;
  const isLast = (k.words[cnp + CN.cn_flags] & CN_ISLASTCN) !== 0;
  const intent = isLast ? k.words[cnp + CN.cn_nameiop] : NAMEI_LOOKUP;
  if (intent === NAMEI_DELETE || intent === NAMEI_RENAME) return -EROFS;
  const name = readCstring(k.kernel.memory, cnp + CN.cn_name, CN_NAME_BYTES);
  if (name === '.') {
    yield* vref(k, dvp);
    return dvp;
  }
  const vp = yield* find(k, nodeOf(k, dvp), name, cred);
  // What is not there cannot be made.
  return vp === -ENOENT && intent === NAMEI_CREATE ? -EROFS : vp;
}

/** The vnode, referenced; or the negative errno. */
function find(k: Context, node: PfsNode, name: string, cred: number): Steps<number> {
  if (name === '..') return above(k, node);
  switch (node.type) {
    case PFS.root:
      return inRoot(k, node, name, cred);
    case PFS.fd:
      return ofProcess(k, node, ENOENT, (p) => inDescriptors(k, node, p, name));
    case PFS.task:
      return ofProcess(k, node, ENOENT, (p) => inTask(k, node, p, name));
    default:
      return !node.isOfProcess
        ? ofMachine(k, node, name)
        : ofProcess(k, node, ESRCH, (p) => inProcess(k, node, p, name));
  }
}

function* above(k: Context, { mp, type, pid, row }: PfsNode): Steps<number> {
  // The root of a mount is left through the directory it covers.
  if (type === PFS.root) return -EIO;
  return yield* procfs_allocvp(k, mp, row.parent === PFS.root ? 0 : pid, row.parent, -1);
}

/** A name of the table about the machine, or the number of a process. */
function* inRoot(k: Context, node: PfsNode, name: string, cred: number): Steps<number> {
  const { mp } = node;
  const row = rowsIn(node.profile, PFS.root).find((each) => each.name === name);
  if (row !== undefined && !(row.type === PFS.curproc && row.kind === VDIR))
    return yield* ofMachine(k, node, name);
  const pid = row === undefined ? numberOf(name) : callersPid(k);
  const p = pid < 0 ? -ENOENT : yield* procfs_proc_lock(k, mp, pid, ENOENT);
  // One that execs or exits has no name meanwhile.
  if (p < 0) return -ENOENT;
  const isSeen = procfs(k).asSeed['procfs-lookup-sees'] || (yield* canSee(k, cred, p));
  const vp = isSeen ? yield* procfs_allocvp(k, mp, pid, PFS.proc, -1) : -ENOENT;
  yield* procfs_proc_unlock(k, p);
  return vp;
}

function* ofMachine(k: Context, { mp, profile, type }: PfsNode, name: string): Steps<number> {
  const row = rowsIn(profile, type).find((each) => each.name === name);
  return row === undefined || !isShown(k, mp, row, 0)
    ? -ENOENT
    : yield* procfs_allocvp(k, mp, 0, row.type, -1);
}

/** Runs `act` with the process of a node looked at. */
function* ofProcess(
  k: Context,
  node: PfsNode,
  notfound: number,
  act: (p: number) => Steps<number>,
): Steps<number> {
  const p = yield* procfs_proc_lock(k, node.mp, node.pid, notfound);
  if (p < 0) return p;
  const vp = yield* act(p);
  yield* procfs_proc_unlock(k, p);
  return vp;
}

function* inProcess(k: Context, node: PfsNode, p: number, name: string): Steps<number> {
  const { mp, profile, type, pid, fd } = node;
  if (!(yield* hasThreads(k, p)) && !showsZombies(k, mp)) return -ESRCH;
  const row: NodeRow | undefined = rowsIn(profile, type).find((each) => each.name === name);
  if (row === undefined || !isShown(k, mp, row, p)) return -ENOENT;
  if (row.type !== PFS.file) return yield* procfs_allocvp(k, mp, pid, row.type, row.isPerThread ? fd : -1);
  const vp = textVnodeOf(k, p);
  if (vp === 0) return -ENOENT;
  yield* vref(k, vp);
  return vp;
}

/** What is open there itself, where it can be opened once more; else a node that stands for it. */
function* inDescriptors(k: Context, node: PfsNode, p: number, name: string): Steps<number> {
  const fd = numberOf(name);
  const fp = fd < 0 ? 0 : yield* fd_getfile2(k, p, fd);
  if (fp === 0) return -ENOENT;
  const isVnode = k.get(fp + F.f_type) === kern.DTYPE_VNODE;
  const real = isVnode && !seesLinks(k, node.mp) ? vnodeOfFile(k, fp) : 0;
  let vp: number;
  if (real !== 0 && k.peek(real + V.v_type) !== VDIR) {
    yield* vref(k, real);
    vp = real;
  } else vp = yield* procfs_allocvp(k, node.mp, node.pid, PFS.fd, fd);
  yield* closef(k, fp);
  return vp;
}

/** NetBSD knows the process as its only thread; the Linux tree has all of them, by lwp_tid. */
function* inTask(k: Context, { mp, profile, pid }: PfsNode, p: number, name: string): Steps<number> {
  const number = numberOf(name);
  const hasThreads = rowsIn(profile, PFS.tid).length > 0;
  if (!hasThreads) return number === pid ? yield* procfs_allocvp(k, mp, pid, PFS.task, 0) : -ENOENT;
  const isThere = (yield* threadsOf(k, p)).includes(number);
  return isThere ? yield* procfs_allocvp(k, mp, pid, PFS.tid, number) : -ENOENT;
}

/** lwp_tid of the threads of a process. */
export function* threadsOf(k: Context, p: number): Steps<number[]> {
  const found: number[] = [];
  yield* k.gettoken(p + P.p_token);
  for (let lp = listFirst(k, p + P.p_lwp_tree); lp !== 0; lp = listNext(k, lp, kern.L.lwp_list))
    found.push(k.get(lp + kern.L.lwp_tid));
  yield* k.reltoken(p + P.p_token);
  return found;
}

/** As atopid: digits and nothing else, or -1. It wraps as a C int does. */
export function numberOf(name: string): number {
  if (!/^[0-9]+$/.test(name)) return -1;
  let value = 0;
  for (const digit of name) value = (Math.imul(value, 10) + Number(digit)) | 0;
  return value < 0 ? -1 : value;
}
