/**
 * Owns checking, when all threads have ended, that every reference to a vnode is one that somebody has: a
 * path object, an open file of a process that is left (init), a mount on top of it, or the root's. It reads
 * the words without locks, as nobody runs.
 */
import type { Kernel } from '@smplab/lwkt';
import { cache_nodes, NC } from '@smplab/proc';
import { M } from '../mount/mount-layout.ts';
import type { VfsKernel } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V, VUSECOUNT_MASK } from '../vnode/vnode-layout.ts';
import { CG } from './call-globals.ts';

/** What is wrong, a line each; empty if nothing is. */
export function checkVnodeUsers(kernel: Kernel): string[] {
  const { words } = kernel;
  const { g } = kernel.vfs as VfsKernel;
  const root = words[words[g + VG.vg_calls] + CG.cg_root];
  if (root === 0) return [];
  const users = new Map<number, number>();
  const use = (vp: number): void => void users.set(vp, (users.get(vp) ?? 0) + 1);
  use(root);
  const k = { kernel, words, peek: (at: number) => words[at], get: (at: number) => words[at] };
  for (const nch of cache_nodes(k as never)) use(words[nch + NC.nc_vnode]);
  const problems: string[] = [];
  const mounts = listed(words, g + VG.vg_mountlist, M.mnt_list);
  for (const mp of mounts) if (words[mp + M.mnt_vnodecovered] !== 0) use(words[mp + M.mnt_vnodecovered]);
  for (const mp of [...mounts, words[g + VG.vg_deadmount]]) {
    for (const vp of listed(words, mp + M.mnt_vnodelist, V.v_mntvnodes)) {
      const found = words[vp + V.v_usecount] & VUSECOUNT_MASK;
      const expected = users.get(vp) ?? 0;
      if (found !== expected) problems.push(`vnode ${vp} has ${found} references, and ${expected} users`);
    }
  }
  return problems;
}

function listed(words: Int32Array, head: number, entry: number): number[] {
  const members: number[] = [];
  for (let each = words[head]; each !== 0; each = words[each + entry]) members.push(each);
  return members;
}
