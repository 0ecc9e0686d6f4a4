/**
 * Owns looking at the threads of a live machine from outside, for messages: names, and who has not ended. The
 * memory may be in any state (a program can write anywhere), so nothing here follows a pointer for ever.
 */
import { plausibleName } from '../event-names.ts';
import { GD, type Kernel, TD, TDF_SYSTEM, Thread } from '@smplab/lwkt';

const MOST_THREADS = 1000;

/** The name of a thread; what it was written over with is not repeated. */
export function threadName(kernel: Kernel, td: number): string {
  if (td === 0) return 'none';
  if (td < 0 || td + Thread.size > kernel.words.length) return 'of a wild address';
  const start = (td + TD.td_comm) * 4;
  const text = Buffer.from(kernel.memory.bytes.slice(start, start + 16))
    .toString()
    .replace(/\0.*$/s, '');
  return plausibleName(text) || 'without a name';
}

/** The thread that runs on a CPU. */
export function currentThread(kernel: Kernel, cpuid: number): string {
  return threadName(kernel, kernel.words[kernel.gdOf(cpuid) + GD.gd_curthread]);
}

/** Threads of programs that have not ended, as `name (cpu0)`. */
export function livingThreads(kernel: Kernel): string[] {
  const { words } = kernel;
  const names: string[] = [];
  for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
    let td = words[kernel.gdOf(cpuid) + GD.gd_tdallq];
    for (let seen = 0; td > 0 && td + Thread.size <= words.length && seen < MOST_THREADS; seen++) {
      if ((words[td + TD.td_flags] & TDF_SYSTEM) === 0) names.push(`${threadName(kernel, td)} (cpu${cpuid})`);
      td = words[td + TD.td_allq];
    }
  }
  return names;
}
