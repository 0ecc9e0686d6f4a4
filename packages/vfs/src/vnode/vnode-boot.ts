/**
 * Owns laying out the vnode cache while the machine boots: the buckets, the list of unused vnodes, the file
 * system of dead ones.
 */
import type { Kernel } from '@smplab/lwkt';
import { VG } from '../vfs-layout.ts';
import { bootDeadfs } from './deadfs.ts';

/** Buckets of the cache: a power of two. */
const VCACHE_BUCKETS = 64;
/** How many vnodes there may be before unused ones are recycled. */
export const DESIREDVNODES = 256;

export function bootVnodes(kernel: Kernel, g: number): void {
  const { words } = kernel;
  words[g + VG.vg_vcache_table] = kernel.memory.reserve(VCACHE_BUCKETS);
  words[g + VG.vg_vcache_size] = VCACHE_BUCKETS;
  words[g + VG.vg_lrulast] = g + VG.vg_lru;
  words[g + VG.vg_desiredvnodes] = DESIREDVNODES;
  bootDeadfs(kernel, g);
}
