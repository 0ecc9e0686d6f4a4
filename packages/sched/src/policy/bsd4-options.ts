/**
 * Owns the tunables of usched_bsd4, under their BSD names where they have one (kern.usched_bsd4.*).
 */
import { ESTCPU_TICK_NS } from './estcpu.ts';

export interface Bsd4Options {
  /** Ticks of a turn (rrinterval); default 5, which is 100 ms. */
  readonly rrInterval?: number;
  /** How slowly the estimate follows what is used (decay); default 8. */
  readonly decay?: number;
  /** Prefers cores both threads of which are free (smt); default true, where cores have threads. */
  readonly smt?: boolean;
  /**
   * A CPU leaves threads that were queued just now to their own CPUs, for a tick (cache_coherent);
   * default true.
   */
  readonly cacheCoherent?: boolean;
  /** It does not leave them if somewhere runs one this many queues worse (upri_affinity); default 16. */
  readonly upriAffinity?: number;
  /** It leaves this many at most, and takes one of them then (queue_checks); default 5. */
  readonly queueChecks?: number;
  /**
   * Levels of the machine that count as a thread's own CPU (stick_to_level): 0 the CPU, 1 its core and so
   * on.
   */
  readonly stickToLevel?: number;
  /** Time between ticks (1 / ESTCPUFREQ), ns; default 20 ms. */
  readonly tickNs?: number;
}

export const BSD4_DEFAULTS: Required<Bsd4Options> = {
  rrInterval: 5,
  decay: 8,
  smt: true,
  cacheCoherent: true,
  upriAffinity: 16,
  queueChecks: 5,
  stickToLevel: 0,
  tickNs: ESTCPU_TICK_NS,
};
