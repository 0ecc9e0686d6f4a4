/**
 * Owns checking what must hold of the mounts of a machine that is at rest: nobody runs, so it reads the words
 * without locks. Nobody is inside a transaction, nothing is suspended, and counts agree with lists.
 */
import type { Kernel } from '@smplab/lwkt';
import type { VfsKernel } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V, VS_MARKER } from '../vnode/vnode-layout.ts';
import { FST, FSTRANS_NORMAL, IMNT_GONE, IMNT_UNMOUNT, M } from './mount-layout.ts';

/** What is wrong, a line each; empty if nothing is. */
export function checkMounts(kernel: Kernel): string[] {
  const { words } = kernel;
  const { g } = kernel.vfs as VfsKernel;
  const mounts = membersOf(words, g + VG.vg_mountlist, M.mnt_list);
  return [...transactionProblems(words, g), ...mounts.flatMap((mp) => mountProblems(words, mp))];
}

function transactionProblems(words: Int32Array, g: number): string[] {
  const problems: string[] = [];
  for (const record of membersOf(words, g + VG.vg_fstrans_list, FST.fst_list)) {
    problems.push(
      `thread ${words[record + FST.fst_thread]} is still inside mount ${words[record + FST.fst_mount]}`,
    );
  }
  if (words[g + VG.vg_suspend_state] !== FSTRANS_NORMAL)
    problems.push(`mount ${words[g + VG.vg_suspend_mount]} is still suspended`);
  if (words[g + VG.vg_suspend_lock] !== 0) problems.push('vg_suspend_lock is held');
  return problems;
}

function mountProblems(words: Int32Array, mp: number): string[] {
  const problems: string[] = [];
  if ((words[mp + M.mnt_iflag] & (IMNT_GONE | IMNT_UNMOUNT)) !== 0)
    problems.push(`mount ${mp} is on the list and being unmounted`);
  if (words[mp + M.mnt_updating] !== 0) problems.push(`mnt_updating of mount ${mp} is held`);
  const vnodes = membersOf(words, mp + M.mnt_vnodelist, V.v_mntvnodes);
  if (vnodes.some((vp) => words[vp + V.v_state] === VS_MARKER))
    problems.push(`a marker is left on the list of mount ${mp}`);
  const expected = vnodes.length + 1;
  if (words[mp + M.mnt_refcnt] !== expected)
    problems.push(`mount ${mp} has ${words[mp + M.mnt_refcnt]} references, not ${expected}`);
  const covered = words[mp + M.mnt_vnodecovered];
  if (covered !== 0 && words[covered + V.v_mountedhere] !== mp)
    problems.push(`vnode ${covered} does not know of mount ${mp} on top of it`);
  return problems;
}

function membersOf(words: Int32Array, head: number, entry: number): number[] {
  const members = new Set<number>();
  for (let each = words[head]; each !== 0; each = words[each + entry]) {
    if (members.has(each)) throw new RangeError(`the list at ${head} comes back to ${each}`);
    members.add(each);
  }
  return [...members];
}
