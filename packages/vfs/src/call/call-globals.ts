/**
 * Owns what all CPUs share of system calls: the root directory of the machine, and the operations of files
 * that are vnodes. Laid out while the machine boots. Guards: cg_root is written once, under cg_lock
 * (lockmgr).
 */
import { atomic, int32, nested, pointer, struct } from '@smplab/kmem';
import { type Context, type Kernel, Lock, lockinit } from '@smplab/lwkt';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';

const CallGlobals = struct('call_globals', {
  /** Who mounts the root holds it. */
  cg_lock: nested(Lock),
  /** The root directory, referenced; 0 until all that is in it at boot has a vnode. */
  cg_root: atomic(pointer('vnode')),
  /** The file system that is mounted there, and operations of files: constant. */
  cg_rootops: int32,
  cg_fileops: pointer('fileops'),
});

/** Word offsets. */
export const CG = CallGlobals.offsets;

/** Lays them out, while the machine boots. */
export function bootCallGlobals(kernel: Kernel, g: number, rootops: number, fileops: number): void {
  const cg = kernel.memory.reserve(CallGlobals.size);
  const { words } = kernel;
  // All it needs of a context is the memory.
  lockinit({ words, kernel } as unknown as Context, cg + CG.cg_lock, 'mountroot');
  words[cg + CG.cg_rootops] = rootops;
  words[cg + CG.cg_fileops] = fileops;
  words[g + VG.vg_calls] = cg;
}

/** Those of the machine that runs this code. */
export function calls(k: Context): number {
  return k.words[vfs(k).g + VG.vg_calls];
}
