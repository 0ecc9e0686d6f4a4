/**
 * Owns filling in a thread, and making one outside any thread (while the machine boots, or for the kernel's
 * own helpers). Runs on the CPU of the thread, or before there are CPUs.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { GD } from './globaldata.ts';
import { KERN } from './kern.ts';
import type { Kernel } from './kernel.ts';
import { TDPRI_INT_LOW, TDPRI_KERN_DAEMON } from './priority.ts';
import { type Td, tdallq } from './run-queue.ts';
import { TD, TDF_SYSTEM, Thread, toksBase } from './thread.ts';

export const M_THREAD = mallocType('thread', 'kernel threads');

/** How a thread is to be made. */
export interface CreateOptions {
  /** CPU it lives on; default: the one that makes it. */
  readonly cpu?: number;
  /** Up to four words for its function. */
  readonly args?: readonly number[];
  /** Default TDPRI_KERN_DAEMON. */
  readonly pri?: number;
  /** It waits for an `lwkt_schedule`. */
  readonly nostart?: boolean;
  /** One of the kernel's own helpers: the machine does not wait for its end. */
  readonly isSystem?: boolean;
  /** What reports call it; default the name of its function. */
  readonly name?: string;
}

/** Fills in a zeroed thread (lwkt_init_thread); it is on no queue yet. */
export function lwkt_init_thread(
  kernel: Kernel,
  td: number,
  cpuid: number,
  func: number,
  options: CreateOptions,
): void {
  const { words } = kernel;
  const pri = options.pri ?? TDPRI_KERN_DAEMON;
  words[td + TD.td_gd] = cpuid;
  words[td + TD.td_pri] = pri;
  words[td + TD.td_preemptable] = pri >= TDPRI_INT_LOW ? 1 : 0;
  words[td + TD.td_toks_stop] = toksBase(td);
  words[td + TD.td_func] = func;
  // It starts inside the critical section of the switch that chooses it.
  words[td + TD.td_critcount] = 1;
  words[td + TD.td_serial] = Atomics.add(words, kernel.kern + KERN.k_serial, 1) + 1;
  // Only the host of a live machine looks at it: no step.
  if (options.isSystem !== true) Atomics.add(words, kernel.kern + KERN.k_threads, 1);
  else words[td + TD.td_flags] |= TDF_SYSTEM;
  const { args = [] } = options;
  for (let at = 0; at < args.length; at++) words[td + TD.td_args + at] = args[at];
  kernel.writeText(td + TD.td_comm, options.name ?? kernel.registry.nameOf(func));
}

/** Makes a thread before the machine runs: while it boots, on behalf of its CPU. */
export function bootThread(kernel: Kernel, cpuid: number, func: number, options: CreateOptions): number {
  const td = kernel.kmem.kmalloc(M_THREAD, Thread.size, M_WAITOK | M_ZERO, 'boot');
  lwkt_init_thread(kernel, td, cpuid, func, options);
  tdallq.insertTail(kernel.memory, (kernel.gdOf(cpuid) + GD.gd_tdallq) as never, td as Td);
  return td;
}
