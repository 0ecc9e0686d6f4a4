/**
 * Owns how FreeBSD's 4BSD forgets what a thread has used, and the priority that follows: each second what
 * is remembered shrinks by 2 load/(2 load + 1), so that after five times the load, in seconds, little is
 * left.
 */
import type { Task } from '../task/task.ts';
import { classOf, IDLE, REAL_TIME, rtPriorityOf } from './scheduling-class.ts';

/** What the policy knows of a thread. */
export interface FourBsd {
  estcpu: number;
  priority: number;
  /** Ticks that are left of its turn (ts_slice). */
  slice: number;
  /** CPU whose own queue it is in, or was last; -1 for the queue of all. */
  queueCpu: number;
  isForked: boolean;
  isAsleep: boolean;
}

const PRI_MIN_REALTIME = 48;
const PRI_MIN_TIMESHARE = 120;
const PRI_MAX_TIMESHARE = 223;
const PRI_MIN_IDLE = 224;
const PRIO_MIN = -20;
const PRIO_MAX = 20;
/** Priorities of a queue. */
export const RQ_PPQ = 4;
export const RQ_NQS = 64;

/** decay_cpu: what is left of an estimate after a second. */
export function decayed(estcpu: number, load: number): number {
  return Math.trunc((2 * load * estcpu) / (2 * load + 1));
}

/** updatepri: what is left when somebody wakes who was asleep for so many seconds of the clock. */
export function decayedAsleep(estcpu: number, load: number, seconds: number): number {
  let left = estcpu;
  // The first is one of schedcpu's, which then leaves it alone.
  for (let done = Math.max(1, seconds - 1); seconds > 0 && done > 0 && left > 0; done--)
    left = decayed(left, load);
  return left;
}

/** ESTCPULIM: no more than what makes a priority worse by as much as nice can, less a queue. */
export function limitOf(weight: number, niceWeight: number): number {
  return weight * (niceWeight * (PRIO_MAX - PRIO_MIN) - RQ_PPQ) + weight - 1;
}

/** resetpriority. */
export function priorityOf(task: Task<FourBsd>, weight: number, niceWeight: number): number {
  const kind = classOf(task);
  if (kind === REAL_TIME) return PRI_MIN_REALTIME + rtPriorityOf(task);
  if (kind === IDLE) return PRI_MIN_IDLE + rtPriorityOf(task);
  const used = Math.trunc(task.data.estcpu / weight);
  const priority = PRI_MIN_TIMESHARE + used + niceWeight * (task.nice - PRIO_MIN);
  return Math.min(Math.max(priority, PRI_MIN_TIMESHARE), PRI_MAX_TIMESHARE);
}

/** Seconds from one look at the load to the next. */
const SAMPLE_S = 5;

/** The average of how many want to run, as the kernel has it: looked at every 5 s. */
export class LoadAverage {
  readonly #forgetNs: number;
  #sampled = -1;
  value = 0;

  constructor(forgetNs: number) {
    this.#forgetNs = forgetNs;
  }

  /** A second of the clock has come, with so many who want to run. */
  sample(second: number, runnable: number): void {
    if (this.#sampled === -1) this.value = runnable;
    const [from, to] = [Math.floor(this.#sampled / SAMPLE_S), Math.floor(second / SAMPLE_S)];
    if (this.#sampled !== -1 && to > from) {
      const kept = Math.exp((-(to - from) * SAMPLE_S * 1e9) / this.#forgetNs);
      this.value = this.value * kept + runnable * (1 - kept);
    }
    this.#sampled = second;
  }
}
