/**
 * Owns figures about the whole machine that texts tell: memory and counters. Run in the thread that
 * reads; they are looked at without a lock, as they change all the time.
 *
 * Memory is what kmalloc may give out.
 */
import { type Context, GD } from '@smplab/lwkt';
import { kern } from '@smplab/proc';

/** Pages of the machine's memory. */
export interface MemoryFacts {
  readonly pageBytes: number;
  readonly total: number;
  readonly free: number;
  /** In address spaces of programs. */
  readonly anonymous: number;
}

export function memoryFacts(k: Context): MemoryFacts {
  const { memoryWords, pageWords } = k.kernel.limits;
  let usedWords = 0;
  let anonymousWords = 0;
  for (const { name, memUseWords } of k.kernel.kmem.statistics()) {
    usedWords += memUseWords;
    if (name === kern.M_VMPAGE) anonymousWords += memUseWords;
  }
  const total = Math.floor(memoryWords / pageWords);
  return {
    pageBytes: pageWords * kern.WORD_BYTES,
    total,
    free: total - Math.ceil(usedWords / pageWords),
    anonymous: Math.ceil(anonymousWords / pageWords),
  };
}

/** Interrupts of the clock, and switches of threads, of all CPUs. */
export function machineCounts(k: Context): { readonly interrupts: number; readonly switches: number } {
  let interrupts = 0;
  let switches = 0;
  for (let cpu = 0; cpu < k.kernel.ncpus; cpu++) {
    const gd = k.kernel.gdOf(cpu);
    interrupts += k.peek(gd + GD.gd_cnt_ticks);
    switches += k.peek(gd + GD.gd_cnt_switch);
  }
  return { interrupts, switches };
}
