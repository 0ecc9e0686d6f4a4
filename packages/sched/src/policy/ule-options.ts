/**
 * Owns the tunables of ULE under their BSD names (kern.sched.*), and the numbers that sys/kern/sched_ule.c
 * and sys/priority.h of FreeBSD 12 derive others from. Priorities: less is more urgent.
 */

export interface UleOptions {
  /** Statistics clock, Hz; default 127 (realstathz). */
  readonly stathz?: number;
  /**
   * Turn of a thread that is alone with one other, in ticks (kern.sched.slice); default stathz / 10, 12
   * ticks.
   */
  readonly slice?: number;
  /** A turn is never shorter than `slice` by this (SCHED_SLICE_MIN_DIVISOR); default 6, so 2 ticks. */
  readonly sliceMinDivisor?: number;
  /** A score below this, with nice added, is interactive (kern.sched.interact); default 30. */
  readonly interact?: number;
  /** At this priority or below a thread preempts whoever is worse (kern.sched.preempt_thresh); default 80. */
  readonly preemptThresh?: number;
  /** Ms for which a cache stays warm, for each level of it (kern.sched.affinity); default 1. */
  readonly affinity?: number;
  /** Mean time between balances in ticks (kern.sched.balance_interval); default stathz; 0 never. */
  readonly balanceInterval?: number;
  /** CPUs without work take some from others (kern.sched.steal_idle); default true. */
  readonly stealIdle?: boolean;
  /** Only from those with at least so many threads (kern.sched.steal_thresh); default 2. */
  readonly stealThresh?: number;
}

export type UleSettings = Required<UleOptions>;

export function uleSettings({
  stathz = 127,
  slice = Math.max(1, Math.floor(stathz / 10)),
  sliceMinDivisor = 6,
  interact = 30,
  preemptThresh = 80,
  affinity = 1,
  balanceInterval = stathz,
  stealIdle = true,
  stealThresh = 2,
}: UleOptions = {}): UleSettings {
  return {
    stathz,
    slice,
    sliceMinDivisor,
    interact,
    preemptThresh,
    affinity,
    balanceInterval,
    stealIdle,
    stealThresh,
  };
}

/** RQ_NQS and RQ_PPQ: queues of a set, priorities of a queue. */
export const RQ_NQS = 64;
export const RQ_PPQ = 4;

export const PRI_MIN_REALTIME = 48;
export const PRI_MIN_INTERACT = 120;
export const PRI_MAX_INTERACT = 151;
export const PRI_MIN_BATCH = 152;
export const PRI_MAX_BATCH = 223;
export const PRI_BATCH_RANGE = PRI_MAX_BATCH - PRI_MIN_BATCH + 1;
export const PRI_MIN_IDLE = 224;
/** Of a CPU that runs nothing (PRI_MAX_IDLE). */
export const PRI_IDLE_CPU = 255;
