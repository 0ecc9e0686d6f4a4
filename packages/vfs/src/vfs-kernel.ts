/**
 * Owns what one realm knows of file systems: where their words lie, and which historical paths are on. Made
 * when a realm attaches to a booted machine; kernel code reaches it through `vfs(k)`.
 */
import { Symbols } from '@smplab/kmem';
import type { Context, Kernel } from '@smplab/lwkt';
import { type VfsAsSeed, vfsAsSeedOf } from './history.ts';

export class VfsKernel {
  /** Base of `vfs_globals`. */
  readonly g: number;
  readonly asSeed: VfsAsSeed;

  constructor(readonly kernel: Kernel) {
    this.g = new Symbols(kernel.memory).find('vfs_globals').pointer;
    this.asSeed = vfsAsSeedOf(kernel.asSeedIds);
  }
}

/** The file systems of the machine that runs this code. */
export function vfs(k: Context): VfsKernel {
  return k.kernel.vfs as VfsKernel;
}
