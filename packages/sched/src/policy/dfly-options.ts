/**
 * Owns the tunables of usched_dfly, under their BSD names where they have one (kern.usched_dfly.*), as of
 * sys/kern/usched_dfly.c at commit 399efd7 of DragonFly. Newer trees have 30, 180, 10, 120 as weights.
 */
import { ESTCPU_TICK_NS } from './estcpu.ts';

/** A CPU without work takes the worst thread of the most loaded queue. */
export const DFLY_IDLE_PULL = 0x01;
/** A thread that cannot run where it is goes to the best queue. */
export const DFLY_PUSH = 0x02;
/** Every 8 ticks one CPU in turn takes the worst thread of the most loaded queue. */
export const DFLY_ROVER = 0x04;
/** So does one whose turn is over, or whose priority has changed. */
export const DFLY_PUSH_MORE = 0x08;
/** Keeps a thread off the very CPU that has woken it. */
export const DFLY_AVOID_WAKER = 0x10;
/** Where a forked thread goes: to the best queue; */
export const DFLY_FORK_BEST = 0x20;
/** to the CPU of its parent; */
export const DFLY_FORK_CURRENT = 0x40;
/** to the next CPU in turn that is idle, or runs somebody worse. */
export const DFLY_FORK_SIMPLE = 0x80;

export interface DflyOptions {
  /** Advantage of the CPU that a thread is on; default 200. */
  readonly weight1?: number;
  /** Advantage of the CPU that it was woken from; default 180. */
  readonly weight2?: number;
  /** Load of each thread, besides what it uses; default 40. */
  readonly weight3?: number;
  /** Advantage of an idle CPU; default 160. */
  readonly weight4?: number;
  /** Sum of the DFLY_ bits; default 0x8f. */
  readonly features?: number;
  /** How much worse, in priorities, who runs must be to be preempted at once (fast_resched); default 0. */
  readonly fastResched?: number;
  /** Ticks of a turn (rrinterval); default 5, which is 100 ms. */
  readonly rrInterval?: number;
  /** How slowly the estimate follows what is used (decay); default 8. */
  readonly decay?: number;
  /** Time between ticks (1 / ESTCPUFREQ), ns; default 20 ms. */
  readonly tickNs?: number;
}

export const DFLY_DEFAULTS: Required<DflyOptions> = {
  weight1: 200,
  weight2: 180,
  weight3: 40,
  weight4: 160,
  features: 0x8f,
  fastResched: 0,
  rrInterval: 5,
  decay: 8,
  tickNs: ESTCPU_TICK_NS,
};
