/**
 * Owns the request block with which a scan of kernel threads asks the other CPUs: kernel memory, one for each
 * scan. The CPU that is asked fills it in while `kr_state` says so, the scanning thread reads it afterwards;
 * `kr_state` is the only word both write. The marker keeps the place of the scan in the list of the CPU
 * between two questions: only that CPU touches it while it is listed.
 *
 *     scanning thread                       the CPU asked
 *     kr_state = ASKED, message -------->   up to KTHREAD_BATCH records, marker moved
 *     sleeps on the block      <--------   kr_state = MORE (marker stays) or DONE (marker removed), wakeup
 */
import { array, atomic, int32, nested, struct } from '@smplab/kmem';
import { TD, Thread } from '@smplab/lwkt';

/** Threads one message may bring back: what bounds the time a CPU spends on it. */
export const KTHREAD_BATCH = 8;

/** Words of a thread that are copied, by their offsets in `struct thread`: what a record is made of. */
export const KTHREAD_FIELDS: readonly number[] = [
  TD.td_gd,
  TD.td_flags,
  TD.td_pri,
  TD.td_wchan,
  ...[0, 1, 2, 3].map((word) => TD.td_wmesg + word),
  ...[0, 1, 2, 3].map((word) => TD.td_comm + word),
];
export const KTHREAD_WORDS = KTHREAD_FIELDS.length;

/** kr_state. */
export const KR_ASKED = 1;
export const KR_MORE = 2;
export const KR_DONE = 3;

/** kr_command. */
export const KR_BEGIN = 1;
export const KR_NEXT = 2;
/** The scan ends early: take the marker away. */
export const KR_CANCEL = 3;

export const KthreadRequest = struct('kthread_request', {
  kr_state: atomic(int32),
  kr_command: int32,
  kr_count: int32,
  /** Threads wanted at most. */
  kr_batch: int32,
  kr_threads: array(int32, KTHREAD_BATCH),
  kr_words: array(int32, KTHREAD_BATCH * KTHREAD_WORDS),
  kr_marker: nested(Thread),
});

/** Word offsets. */
export const KR = KthreadRequest.offsets;
