/**
 * Owns what one realm knows of procfs: where its words lie, which historical paths are on, and how it was
 * asked to revoke. Made when a realm attaches to a booted machine; kernel code reaches it through
 * `procfs(k)`.
 */
import { Symbols } from '@smplab/kmem';
import type { Context, Kernel } from '@smplab/lwkt';
import { M, V } from '@smplab/vfs';
import { type ProcfsAsSeed, procfsAsSeedOf } from './history.ts';
import { LockBalance } from './oracle/lock-balance.ts';
import { PMNT, PROCFSMNT_OLDFILENO } from './procfs-layout.ts';

/** How nodes are revoked: as revision 1.117 or 1.112 of procfs_vfsops.c does it. */
export type RevokeMode = '1.117' | '1.112';

export class ProcfsKernel {
  /** Base of `procfs_globals`. */
  readonly g: number;
  readonly asSeed: ProcfsAsSeed;
  /** Which processes the threads of this realm look at. */
  readonly balance = new LockBalance();

  constructor(
    readonly kernel: Kernel,
    readonly mode: RevokeMode,
  ) {
    this.g = new Symbols(kernel.memory).find('procfs_globals').pointer;
    this.asSeed = procfsAsSeedOf(kernel.asSeedIds);
  }
}

/** procfs of the machine that runs this code. */
export function procfs(k: Context): ProcfsKernel {
  return k.kernel.procfs as ProcfsKernel;
}

/** The node of a vnode of procfs (VTOPFS); 0 once it is reclaimed. */
export function vtopfs(k: Context, vp: number): number {
  return k.peek(vp + V.v_data);
}

/** What a mount of procfs was mounted with (VFSTOPROC). */
export function vfstoproc(k: Context, mp: number): number {
  return k.peek(mp + M.mnt_data);
}

/** Flags of a mount. */
export function mountFlags(k: Context, mp: number): number {
  return k.words[vfstoproc(k, mp) + PMNT.pmnt_flags];
}

/** The same, for procfs_fileno: with the switch all mounts have the numbers of before 2018. */
export function filenoFlags(k: Context, mp: number): number {
  return mountFlags(k, mp) | (procfs(k).asSeed['procfs-fileno-bits'] ? PROCFSMNT_OLDFILENO : 0);
}

/** Profile of a mount. */
export function mountProfile(k: Context, mp: number): number {
  return k.words[vfstoproc(k, mp) + PMNT.pmnt_profile];
}
