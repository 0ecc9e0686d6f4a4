/**
 * Owns the tunables of FreeBSD's 4BSD scheduler, under their BSD names where they have one.
 */
export interface FourBsdOptions {
  /** Frequency of the statistics clock (stathz), Hz; default 127. */
  readonly stathz?: number;
  /** Ticks of a turn (kern.sched.slice); default 12, which is stathz/10, 94 ms. */
  readonly slice?: number;
  /** Ticks of use that make a priority worse by one, for each CPU (INVERSE_ESTCPU_WEIGHT); default 8. */
  readonly inverseEstcpuWeight?: number;
  /** Priorities that a nice value counts (NICE_WEIGHT); default 1. */
  readonly niceWeight?: number;
  /** How many at the head of a queue are looked at for one that was on this CPU (runq_fuzz); default 1. */
  readonly runqFuzz?: number;
  /**
   * Time over which the load average forgets, ns; default a minute. It begins with the load of the first
   * second.
   */
  readonly loadNs?: number;
}

export const FOUR_BSD_DEFAULTS: Required<FourBsdOptions> = {
  stathz: 127,
  slice: 12,
  inverseEstcpuWeight: 8,
  niceWeight: 1,
  runqFuzz: 1,
  loadNs: 60_000_000_000,
};
