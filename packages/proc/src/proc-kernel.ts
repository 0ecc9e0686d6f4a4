/**
 * Owns what one realm knows of the process table: where it lies in kernel memory, which historical paths are
 * on, and the programs and hook streams that are JavaScript. Made when a realm attaches to a booted machine;
 * kernel code reaches it through `procs(k)`.
 */
import { Symbols } from '@smplab/kmem';
import { type Context, type Kernel, TD } from '@smplab/lwkt';
import { type ProcAsSeed, procAsSeedOf } from './history.ts';
import { G, Procglob } from './table/procglob.ts';
import type { SysctlOid } from './sysctl/oid.ts';
import { HookTable } from './hook/hook-table.ts';
import type { ImageTable } from './user/image.ts';
import type { MakeUser } from './user/user.ts';

export class ProcKernel {
  /** Base of `proc_globals`. */
  readonly g: number;
  readonly asSeed: ProcAsSeed;
  /** Entries that packages above add to the sysctl tree when they attach, the same in every realm. */
  readonly sysctls: SysctlOid[] = [];
  readonly #procglob: number;
  readonly #hmask: number;

  constructor(
    readonly kernel: Kernel,
    readonly images: ImageTable,
    readonly hooks: HookTable = new HookTable(),
    /** What programs get as `u`, if it is not a User. */
    readonly makeUser?: MakeUser,
  ) {
    const globals = new Symbols(kernel.memory).find('proc_globals');
    this.g = globals.pointer;
    this.#procglob = kernel.words[this.g + G.g_procglob];
    this.#hmask = kernel.words[this.g + G.g_hsize] - 1;
    this.asSeed = procAsSeedOf(kernel.asSeedIds);
  }

  /** Buckets of the table: a power of two. */
  get hsize(): number {
    return this.#hmask + 1;
  }

  /** The bucket of a pid, group id or session id: ALLPROC_HASH, PGRP_HASH, SESS_HASH (seed lines 64-66). */
  bucketOf(id: number): number {
    return this.#procglob + (id & this.#hmask) * Procglob.size;
  }

  /** The bucket with an index. */
  bucketAt(index: number): number {
    return this.#procglob + index * Procglob.size;
  }
}

/** The process table of the machine that runs this code. */
export function procs(k: Context): ProcKernel {
  return k.kernel.proc as ProcKernel;
}

/** The current process; 0 in a kernel thread. */
export function curproc(k: Context): number {
  return k.words[k.td + TD.td_proc];
}

/** The current lwp; 0 in a kernel thread. */
export function curlwp(k: Context): number {
  return k.words[k.td + TD.td_lwp];
}

/** Seconds since boot, by the clock of the machine (time_second; boot is second 0). */
export function time_second(k: Context): number {
  return Math.floor(k.kernel.ticks / k.kernel.limits.hz);
}
