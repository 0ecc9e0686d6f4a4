/**
 * Owns laying out what all CPUs share of file systems, while the machine boots: the words themselves, and
 * the descriptions of their spinlocks. Each part of the package then lays out its own.
 */
import { Symbols } from '@smplab/kmem';
import { type Context, type Kernel, lockinit, Spinlock } from '@smplab/lwkt';
import { VG, VfsGlobals } from './vfs-layout.ts';

const SPINLOCKS = [
  [VG.vg_vdrain_lock, 'vdrain'],
  [VG.vg_mountlist_lock, 'mountlist'],
  [VG.vg_fstrans_lock, 'fstrans'],
] as const;
const LOCKS = [
  [VG.vg_vcache_lock, 'vcache'],
  [VG.vg_vfslist_lock, 'vfslist'],
  [VG.vg_suspend_lock, 'vfssusp'],
  [VG.vg_kauth_lock, 'kauth'],
] as const;

/** Reserves `vfs_globals` and gives it. */
export function bootVfsGlobals(kernel: Kernel): number {
  const g: number = new Symbols(kernel.memory).reserve('vfs_globals', VfsGlobals);
  for (const [spin, descr] of SPINLOCKS) kernel.writeText(g + spin + Spinlock.offsets.descr, descr);
  // All it needs of a context is the memory.
  const k = { words: kernel.words, kernel } as unknown as Context;
  for (const [lock, descr] of LOCKS) lockinit(k, g + lock, descr);
  return g;
}
