/**
 * Owns what an operation knows of the vnode it is called for: its node, its row of the table, its mount. Run
 * in a transaction of the mount, in which the vnode keeps its node; all of this is constant then.
 */
import type { Context } from '@smplab/lwkt';
import { V } from '@smplab/vfs';
import { procfs_fileno } from '../node/fileno.ts';
import { PFS, pfsTypeName } from '../node/node-types.ts';
import { type NodeRow, rowOf } from '../node/node-table.ts';
import { filenoFlags, mountProfile, vtopfs } from '../procfs-kernel.ts';
import { PFS_NODE } from '../procfs-layout.ts';

export interface PfsNode {
  readonly vp: number;
  readonly mp: number;
  readonly pfs: number;
  readonly profile: number;
  readonly type: number;
  /** 0 for nodes about the machine, and for those of process 0. */
  readonly pid: number;
  readonly isOfProcess: boolean;
  /** Descriptor or thread; -1 for none. */
  readonly fd: number;
  readonly row: NodeRow;
}

/** Directories of which all that is in them is about a process. */
const ABOUT_PROCESS: readonly number[] = [PFS.proc, PFS.task, PFS.tid];

/** The node of a vnode. */
export function nodeOf(k: Context, vp: number): PfsNode {
  const pfs = vtopfs(k, vp);
  const { words } = k;
  if (pfs === 0) k.misuse('null-dereference', `procfs: vnode ${vp} has no node any more`);
  const mp = words[pfs + PFS_NODE.pfs_mount];
  const profile = mountProfile(k, mp);
  const type = words[pfs + PFS_NODE.pfs_type];
  const row = rowOf(profile, type);
  if (row === undefined) return k.panic(`procfs: vnode ${vp} is of ${pfsTypeName(type)}`);
  const pid = words[pfs + PFS_NODE.pfs_pid];
  const isOfProcess = type === PFS.proc || ABOUT_PROCESS.includes(row.parent);
  return { vp, mp, pfs, profile, type, pid, isOfProcess, fd: words[pfs + PFS_NODE.pfs_fd], row };
}

/** Number of a node of the same mount. */
export function filenoOf(k: Context, { mp, profile }: PfsNode, pid: number, type: number, fd = -1): bigint {
  return procfs_fileno(profile, filenoFlags(k, mp), pid, type, fd);
}

/** The vnode is of this file system. */
export function isOfProcfs(k: Context, vp: number, like: PfsNode): boolean {
  return k.peek(vp + V.v_op) === k.peek(like.vp + V.v_op);
}
