/**
 * Owns device interrupts: raising a vector on a CPU, and starting the interrupt thread of each pending
 * vector. The threads have interrupt priority and so run on top of whatever runs (schedule.ts, lwkt_preempt).
 */
import type { Context } from './context.ts';
import { GD } from './globaldata.ts';
import { KERN } from './kern.ts';
import { VECTORS } from './kernel.ts';
import type { Steps } from './registry.ts';
import { schedule } from './schedule.ts';

/** Word that holds the thread of a vector of a CPU. */
function ithreadWord(k: Context, cpuid: number, vector: number): number {
  return k.words[k.kernel.kern + KERN.k_ithreads] + cpuid * VECTORS + vector;
}

/**
 * Makes a thread, created with `nostart` and an interrupt priority, the one that serves a vector of its CPU.
 */
export function register_int(k: Context, vector: number, td: number): void {
  checkVector(k, vector);
  k.words[ithreadWord(k, k.cpu.cpuid, vector)] = td;
}

/** Raises a vector of a CPU, as a device would. */
export function* raise_int(k: Context, cpuid: number, vector: number): Steps {
  checkVector(k, vector);
  if (!k.kernel.hasCpu(cpuid)) k.panic(`raise_int: there is no cpu${String(cpuid)}`);
  yield* k.or(k.kernel.gdOf(cpuid) + GD.gd_intpend, 1 << vector);
  k.cpu.signal(cpuid);
}

/** Starts the threads of the pending vectors of this CPU. Entered in a critical section of one level. */
export function* lwkt_interrupts(k: Context): Steps {
  let pending = yield* k.swap(k.cpu.gd + GD.gd_intpend, 0);
  while (pending !== 0) {
    const vector = 31 - Math.clz32(pending & -pending);
    pending &= pending - 1;
    const td = k.words[ithreadWord(k, k.cpu.cpuid, vector)];
    if (td !== 0) yield* schedule(k, td, 1);
  }
}

function checkVector(k: Context, vector: number): void {
  if (!Number.isInteger(vector) || vector < 0 || vector >= VECTORS) {
    k.panic(`interrupt vector ${String(vector)}: a whole number from 0 to ${VECTORS - 1} is needed`);
  }
}
