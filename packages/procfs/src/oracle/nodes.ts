/**
 * Owns the oracle of keys and nodes (procfs.md 4, iii): each live vnode of procfs and its node know each
 * other and are found by one key, each node is in the bucket of its process, and each key has one. It reads
 * the words without locks: of a machine that is at rest, where loads and reclaims are over.
 */
import type { Context, Kernel } from '@smplab/lwkt';
import { M, V, VG, type VfsKernel } from '@smplab/vfs';
import type { NodeRow } from '../node/node-table.ts';
import { PFS, pfsTypeName } from '../node/node-types.ts';
import type { ProcfsKernel } from '../procfs-kernel.ts';
import { PFS_NODE, PG } from '../procfs-layout.ts';

/** What is wrong, a line each; empty if nothing is. */
export function checkNodes(kernel: Kernel): string[] {
  const { words } = kernel;
  const { g } = kernel.procfs as ProcfsKernel;
  const table = words[g + PG.pg_hashtab];
  const vnodes = procfsVnodes(kernel);
  if (table === 0) return vnodes.map((vp) => `vnode ${vp} of procfs is there without the module`);
  const problems: string[] = [];
  const hashed = new Set<number>();
  for (let bucket = 0; bucket <= words[g + PG.pg_hashmask]; bucket++) {
    for (const pfs of membersOf(words, table + bucket, PFS_NODE.pfs_hash)) {
      hashed.add(pfs);
      if ((words[pfs + PFS_NODE.pfs_pid] & words[g + PG.pg_hashmask]) !== bucket)
        problems.push(`${nameOf(words, pfs)} is in bucket ${bucket}`);
    }
  }
  for (const vp of vnodes) {
    const pfs = words[vp + V.v_data];
    if (!hashed.has(pfs)) problems.push(`${nameOf(words, pfs)} of vnode ${vp} is in no bucket`);
    if (words[pfs + PFS_NODE.pfs_vnode] !== vp)
      problems.push(
        `vnode ${vp} has ${nameOf(words, pfs)}, which has vnode ${words[pfs + PFS_NODE.pfs_vnode]}`,
      );
    if (words[pfs + PFS_NODE.pfs_mount] !== words[vp + V.v_mount])
      problems.push(`${nameOf(words, pfs)} and vnode ${vp} are of two mounts`);
    if (words[vp + V.v_cachekey] !== pfs + PFS_NODE.pfs_type)
      problems.push(`vnode ${vp} is not found by the key of ${nameOf(words, pfs)}`);
    hashed.delete(pfs);
  }
  for (const pfs of hashed) problems.push(`${nameOf(words, pfs)} is in the table and has no vnode`);
  return problems;
}

/**
 * Fails the run if a node has another mode than its row says (that of a descriptor is what is open there).
 */
export function checkMode(k: Context, pfs: number, row: NodeRow): void {
  const mode = k.words[pfs + PFS_NODE.pfs_mode];
  if (mode === row.mode || row.type === PFS.fd) return;
  k.misuse(
    'assertion',
    `procfs: ${nameOf(k.words, pfs)} has mode 0${mode.toString(8)}, ` +
      `and not 0${row.mode.toString(8)} any more`,
  );
}

/** Live vnodes on mounts of procfs. */
export function procfsVnodes(kernel: Kernel): number[] {
  const { words } = kernel;
  return procfsMounts(kernel).flatMap((mp) => membersOf(words, mp + M.mnt_vnodelist, V.v_mntvnodes));
}

/** Mounts of procfs. */
export function procfsMounts(kernel: Kernel): number[] {
  const { words } = kernel;
  const ops = words[(kernel.procfs as ProcfsKernel).g + PG.pg_vfsops];
  const mounts = membersOf(words, (kernel.vfs as VfsKernel).g + VG.vg_mountlist, M.mnt_list);
  return mounts.filter((mp) => words[mp + M.mnt_op] === ops);
}

function nameOf(words: Int32Array, pfs: number): string {
  const pid = words[pfs + PFS_NODE.pfs_pid];
  const fd = words[pfs + PFS_NODE.pfs_fd];
  const type = pfsTypeName(words[pfs + PFS_NODE.pfs_type]);
  return `node ${type} of process ${pid}${fd === -1 ? '' : ` (${fd})`}`;
}

/** Members of a list, once each. */
function membersOf(words: Int32Array, head: number, entry: number): number[] {
  const members = new Set<number>();
  for (let each = words[head]; each !== 0; each = words[each + entry]) {
    if (members.has(each)) throw new RangeError(`the list at ${head} comes back to ${each}`);
    members.add(each);
  }
  return [...members];
}
