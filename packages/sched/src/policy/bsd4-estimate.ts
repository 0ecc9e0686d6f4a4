/**
 * Owns how usched_bsd4 estimates what a thread uses: the part of the ticks since the last look that found
 * it running, made up for by how many wait, and how long it has been a batch job, which makes its
 * priority worse.
 */
import type { Task } from '../task/task.ts';
import { type Estimate, ESTCPUFREQ, ESTCPUMAX, limitEstcpu, priorityFor, queueOf } from './estcpu.ts';

/** A batch job for good after so many ticks of its own: 30 s. */
export const BATCHMAX = 30 * ESTCPUFREQ;

/** What the policy knows of a thread. */
export interface Bsd4 extends Estimate {
  /** 0 to BATCHMAX: ticks in which it used more than half of a CPU, less those in which it did not. */
  batch: number;
  /** Tick in which it was queued (lwp_rebal_ticks). */
  rebalTick: number;
  /** The CPU that it was on last (td_gd). */
  home: number;
  isForked: boolean;
  isAsleep: boolean;
}

export interface Bsd4Situation {
  readonly decay: number;
  readonly tick: number;
  /** Threads that wait. */
  readonly waiting: number;
  readonly cpus: number;
}

/** bsd4_recalculate_estcpu; false if it is of this tick already. */
export function recalculate(
  data: Bsd4,
  slept: number,
  { decay, tick, waiting, cpus }: Bsd4Situation,
): boolean {
  if (slept > 1) {
    data.estcpu >>= 1;
    data.batch = Math.max(0, data.batch - ESTCPUFREQ);
  } else {
    const ticks = tick - data.cpbase;
    if (ticks <= 0) return false;
    const used = Math.trunc((data.cpticks * ESTCPUMAX * (waiting + cpus)) / (cpus * ticks));
    data.batch =
      used > ESTCPUMAX / 2 ? Math.min(data.batch + ticks, BATCHMAX) : Math.max(data.batch - ticks, 0);
    const weight = Math.min(Math.max(decay, 1), 1024);
    data.estcpu = limitEstcpu(Math.trunc((data.estcpu * weight + used) / (weight + 1)));
  }
  data.cpbase = tick;
  data.cpticks = 0;
  return true;
}

/** bsd4_resetpriority: half to all of the estimate counts, by batch; whether the queue is another. */
export function resetPriority(task: Task<Bsd4>): boolean {
  const { data } = task;
  const before = queueOf(data.priority);
  const estcpu = Math.trunc((data.estcpu * (data.batch + BATCHMAX)) / (2 * BATCHMAX));
  data.priority = priorityFor(task, estcpu);
  return before !== queueOf(data.priority);
}
