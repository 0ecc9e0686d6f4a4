/**
 * Owns the sleep queues of a CPU (sys/kern/kern_synch.c): a hash of TAILQs of threads by ident, and the
 * global mask that says which CPUs have sleepers in a bucket. A queue belongs to its CPU; the mask words are
 * atomic.
 *
 *     gd_tsleep_hash[ident % n]  ->  td <-> td <-> td        (threads of this CPU only)
 *     slpque_cpumasks[ident % n] ->  bit of each CPU whose bucket may hold somebody
 */
import { tailq } from '@smplab/kmem';
import { type Context, NOTHING } from './context.ts';
import { GD } from './globaldata.ts';
import type { Steps } from './registry.ts';
import type { Td } from './run-queue.ts';
import { TD, TDF_TSLEEPQ, Thread } from './thread.ts';

const sleepq = tailq(Thread, 'td_sleepq');

/** Bucket of an ident. */
export function bucketOf(k: Context, ident: number): number {
  return (ident >>> 0) % k.kernel.sleepBuckets;
}

/** Head of the queue of a bucket on the context's CPU. */
export function sleepHead(k: Context, bucket: number): number {
  return k.words[k.cpu.gd + GD.gd_tsleep_hash] + 2 * bucket;
}

/** Puts a thread at the end of the bucket of its td_wchan. */
export function sleepInsert(k: Context, td: number, bucket: number): void {
  sleepq.insertTail(k.kernel.memory, sleepHead(k, bucket) as never, td as Td);
  k.words[td + TD.td_flags] |= TDF_TSLEEPQ;
}

/**
 * Takes a thread off its queue, if it is on one (tsleep_remove); the last one takes the CPU out of the mask.
 */
export function sleepRemove(k: Context, td: number): Steps {
  const { words } = k;
  if ((words[td + TD.td_flags] & TDF_TSLEEPQ) === 0) return NOTHING;
  words[td + TD.td_flags] &= ~TDF_TSLEEPQ;
  const bucket = bucketOf(k, words[td + TD.td_wchan]);
  const head = sleepHead(k, bucket);
  sleepq.remove(k.kernel.memory, head as never, td as Td);
  words[td + TD.td_wchan] = 0;
  words[td + TD.td_wdomain] = 0;
  if (words[head] !== 0) return NOTHING;
  const mask = k.kernel.sleepMaskOf(bucket) + (k.cpu.cpuid >> 5);
  return k.and(mask, ~(1 << (k.cpu.cpuid & 31))) as unknown as Steps;
}

/** The next thread of a queue, 0 at its end. */
export function sleepNext(k: Context, td: number): number {
  return k.words[td + TD.td_sleepq];
}
