/**
 * Owns listing directories of procfs (procfs_readdir of NetBSD's procfs_vnops.c; procfs.md 1.5). Run by any
 * thread in a transaction of the mount. Records are of 32 bytes, and the offset is the number of an entry:
 * names that are not shown have numbers too, so that nothing moves when they come and go.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, ENOTDIR, ESRCH, kern, U, uiomove, uioResid } from '@smplab/proc';
import { packDirent, V, VDIR, VLNK } from '@smplab/vfs';
import { UIO_MX } from '../module/vfsops.ts';
import { type NodeRow, rowsIn } from '../node/node-table.ts';
import { PFS } from '../node/node-types.ts';
import { checkFlow } from '../oracle/information-flow.ts';
import { procfs } from '../procfs-kernel.ts';
import { canSeeFiles, openDescriptors } from './descriptors.ts';
import { threadsOf } from './lookup.ts';
import { filenoOf, nodeOf, type PfsNode } from './node.ts';
import { procfs_proc_lock, procfs_proc_unlock, showsZombies } from './proc-lock.ts';
import { callersPid } from './readlink.ts';
import { canSee, isShown } from './visible.ts';

interface Entry {
  /** Number of the entry. */
  readonly at: number;
  readonly name: string;
  readonly fileno: bigint;
  /** v_type. */
  readonly kind: number;
}

const DOTS = 2;
const RECLEN_AT = 8;

/** VOP_READDIR: whole records. */
export function* procfs_readdir(k: Context, vp: number, uio: number, cred: number): Steps<number> {
  if (k.peek(vp + V.v_type) !== VDIR) return ENOTDIR;
  const { words } = k;
  if (uioResid(k, uio) < UIO_MX || words[uio + U.uio_offset] < 0) return EINVAL;
  const entries = yield* entriesOf(k, nodeOf(k, vp), cred);
  if (typeof entries === 'number') return entries;
  for (const entry of entries) {
    if (entry.at < words[uio + U.uio_offset]) continue;
    if (uioResid(k, uio) < UIO_MX) break;
    uiomove(k, uio, recordOf(entry));
    words[uio + U.uio_offset] = entry.at + 1;
  }
  return 0;
}

function recordOf({ name, fileno, kind }: Entry): Uint8Array {
  const packed = packDirent({ fileno, type: kind, name: new TextEncoder().encode(name) });
  const record = new Uint8Array(UIO_MX);
  record.set(packed);
  new DataView(record.buffer).setUint16(RECLEN_AT, UIO_MX, true);
  return record;
}

/** All entries in order; or an errno. */
function* entriesOf(k: Context, node: PfsNode, cred: number): Steps<Entry[] | number> {
  if (node.type === PFS.root) return yield* ofRoot(k, node, cred);
  if (!node.isOfProcess)
    return [...dots(k, node), ...ofRows(k, node, rowsIn(node.profile, node.type), 0, DOTS)];
  // What is gone has nothing in it.
  const isList = node.type === PFS.fd || node.type === PFS.task;
  const p = yield* procfs_proc_lock(k, node.mp, node.pid, ESRCH);
  if (p === -ESRCH && !isList) return [];
  if (p < 0) return -p;
  const entries = yield* ofProcess(k, node, p, cred);
  const isTwice = typeof entries === 'number' && procfs(k).asSeed['procfs-readdir-unlocks'];
  yield* procfs_proc_unlock(k, p);
  if (isTwice) yield* procfs_proc_unlock(k, p);
  return entries;
}

function* ofProcess(k: Context, node: PfsNode, p: number, cred: number): Steps<Entry[] | number> {
  if (node.type === PFS.fd) return yield* ofDescriptors(k, node, p, cred);
  if (node.type === PFS.task) return [...dots(k, node), ...(yield* ofThreads(k, node, p))];
  return [...dots(k, node), ...ofRows(k, node, rowsIn(node.profile, node.type), p, DOTS)];
}

function dots(k: Context, node: PfsNode): Entry[] {
  const { row, type, pid, fd } = node;
  const parent = row.parent === -1 ? type : row.parent;
  const parentPid = parent === PFS.root ? 0 : pid;
  return [
    { at: 0, name: '.', fileno: filenoOf(k, node, pid, type, fd), kind: VDIR },
    { at: 1, name: '..', fileno: filenoOf(k, node, parentPid, parent), kind: VDIR },
  ];
}

/** Entries of the table, the first of them with a number. */
function ofRows(k: Context, node: PfsNode, rows: readonly NodeRow[], p: number, from: number): Entry[] {
  return rows.flatMap((row, index) => {
    if (!isShown(k, node.mp, row, p)) return [];
    const fileno = filenoOf(k, node, node.pid, row.type, row.isPerThread ? node.fd : -1);
    return [{ at: from + index, name: row.name, fileno, kind: row.kind }];
  });
}

/** The caller's own, all processes that may be seen, what is about the machine. */
function* ofRoot(k: Context, node: PfsNode, cred: number): Steps<Entry[]> {
  const rows = rowsIn(node.profile, PFS.root);
  const isOwn = ({ type }: NodeRow): boolean => type === PFS.curproc || type === PFS.self;
  const own = rows.filter(isOwn);
  const pids = yield* visiblePids(k, node.mp, cred);
  const first = DOTS + own.length;
  const processes = pids.map((pid, index) => ({
    at: first + index,
    name: `${pid}`,
    fileno: filenoOf(k, node, pid, PFS.proc),
    kind: VDIR,
  }));
  const machine = rows.filter((row) => !isOwn(row));
  return [
    ...dots(k, node),
    ...ofRows(k, node, own, 0, DOTS).map((entry) => asDirectory(k, node, entry)),
    ...processes,
    ...ofRows(k, node, machine, 0, first + pids.length),
  ];
}

/** In the trees where `curproc` is a directory it is that of the caller. */
function asDirectory(k: Context, node: PfsNode, entry: Entry): Entry {
  return entry.kind === VLNK ? entry : { ...entry, fileno: filenoOf(k, node, callersPid(k), PFS.proc) };
}

/** Processes of the tree that somebody may see, in order of their numbers. */
function* visiblePids(k: Context, mp: number, cred: number): Steps<number[]> {
  const pids: number[] = [];
  const visit = function* (context: Context, p: number): Steps<number> {
    const isExiting = ((yield* context.load(p + kern.P.p_flags)) & kern.P_POSTEXIT) !== 0;
    const isThere = !isExiting || context.peek(p + kern.P.p_stat) === kern.SZOMB;
    if (isThere && (yield* canSee(context, cred, p))) pids.push(context.words[p + kern.P.p_pid]);
    return 0;
  };
  yield* kern.allproc_scan(k, visit);
  if (showsZombies(k, mp)) yield* kern.zombproc_scan(k, visit);
  return [...new Set(pids)].sort((a, b) => a - b);
}

function* ofDescriptors(k: Context, node: PfsNode, p: number, cred: number): Steps<Entry[] | number> {
  if (!(yield* canSeeFiles(k, cred, p))) return ESRCH;
  checkFlow(k, node.row, p, cred);
  const open = yield* openDescriptors(k, node.mp, p, procfs(k).asSeed['procfs-last-two-fds']);
  const entries = dots(k, node);
  for (const { fd, kind } of open) {
    if (typeof kind === 'number') continue;
    const fileno = filenoOf(k, node, node.pid, PFS.fd, fd);
    entries.push({ at: DOTS + fd, name: `${fd}`, fileno, kind: kind.kind });
  }
  return entries;
}

function* ofThreads(k: Context, node: PfsNode, p: number): Steps<Entry[]> {
  const hasThreads = rowsIn(node.profile, PFS.tid).length > 0;
  if (!hasThreads) {
    const fileno = filenoOf(k, node, node.pid, PFS.task, 0);
    return [{ at: DOTS, name: `${node.pid}`, fileno, kind: VLNK }];
  }
  return (yield* threadsOf(k, p)).map((tid, index) => ({
    at: DOTS + index,
    name: `${tid}`,
    fileno: filenoOf(k, node, node.pid, PFS.tid, tid),
    kind: VDIR,
  }));
}
