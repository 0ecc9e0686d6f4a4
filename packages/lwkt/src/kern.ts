/**
 * Owns the layout of what a machine has once: `struct kern`, found through a root of the memory, with
 * pointers to the per-CPU areas, message queues and tables. Written while the machine boots (by one thread);
 * later only the atomic words change.
 *
 *     root -> kern -> gd[0] gd[1] ...            globaldata of each CPU
 *                  -> ipiq[source * cpus + target]
 *                  -> slpque_cpumasks[hash]      which CPUs have sleepers in a bucket (MASK_WORDS each)
 *     symbols pool_tokens, mp_token, vm_token ...   the token pool and the named tokens (@smplab/token)
 */
import { atomic, int32, pointer, relaxed, struct } from '@smplab/kmem';

export const Kern = struct('kern', {
  k_ncpus: int32,
  k_hz: int32,
  k_ticks: atomic(int32),
  /** Live: CPUs that wait for a word of another, as a count; the writer of any word then rings. */
  k_waiters: atomic(int32),
  k_halt: atomic(int32),
  /** Live: 1 once every CPU has booted. */
  k_go: atomic(int32),
  /** Threads that have not ended, without the idle threads and the kernel's own. */
  k_threads: atomic(int32),
  /** CPU number + 1 that panicked first. */
  k_panic: atomic(int32),
  k_gd: pointer('globaldata'),
  k_gd_stride: int32,
  k_ipiq: pointer('lwkt_ipiq'),
  k_sleep_buckets: int32,
  k_sleep_masks: pointer('cpumask'),
  k_strands: int32,
  k_strand_capacity: int32,
  k_serial: atomic(int32),
  /** Explored machines: clock interrupts that may still come in this run. */
  k_ticks_left: int32,
  /** Explored machines: timeouts that may still fire while something else could run. */
  k_timeouts_left: int32,
  /** Interrupt threads by vector: a row of thread pointers. */
  k_ithreads: pointer('thread'),
  k_flags: relaxed(int32),
  k_events: int32,
});

export const KERN = Kern.offsets;
