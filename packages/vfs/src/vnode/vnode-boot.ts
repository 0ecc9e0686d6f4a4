/**
 * Owns laying out the vnode cache while the machine boots: the buckets, the list of unused vnodes, the file
 * system of dead ones.
 */
import type { Kernel } from '@smplab/lwkt';
import { VG } from '../vfs-layout.ts';
import { bootDeadfs } from './deadfs.ts';

/** Buckets of the cache at least; there is one for so many vnodes. A power of two. */
const VCACHE_BUCKETS = 64;
const VNODES_A_BUCKET = 4;
/** How many vnodes there may be before unused ones are recycled. */
export const DESIREDVNODES = 256;

export function bootVnodes(kernel: Kernel, g: number, desired = DESIREDVNODES): void {
  const { words } = kernel;
  let buckets = VCACHE_BUCKETS;
  while (buckets * VNODES_A_BUCKET < desired) buckets *= 2;
  words[g + VG.vg_vcache_table] = kernel.memory.reserve(buckets);
  words[g + VG.vg_vcache_size] = buckets;
  words[g + VG.vg_lrulast] = g + VG.vg_lru;
  words[g + VG.vg_desiredvnodes] = desired;
  bootDeadfs(kernel, g);
}
