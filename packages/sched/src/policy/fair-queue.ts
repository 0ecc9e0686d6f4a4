/**
 * Owns the queue of a CPU under the fair policies of Linux: who waits, with what weight, and how far virtual
 * time has come (avg_vruntime and min_vruntime of kernel/sched/fair.c). The running task belongs to it.
 */
import type { Task } from '../task/task.ts';

const NICE_0_WEIGHT = 1024;

/** What the fair policies know of a task. Virtual times are ns of a task of nice 0. */
export interface Fair {
  vruntime: number;
  deadline: number;
  /** What it was owed when it left, in virtual time. */
  lag: number;
  /** Run time that vruntime has been moved on for. */
  runNs: number;
  isNew: boolean;
  /** CPU whose virtual time its vruntime is of. */
  home: number;
  /** What it counts for in balancing: its weight, or its part of that of its group. */
  load: number;
}

export function newFair(): Fair {
  return { vruntime: 0, deadline: 0, lag: 0, runNs: 0, isNew: true, home: 0, load: 0 };
}

/** Virtual time of a task for a time of its own. */
export function virtual(task: Task<Fair>, ns: number): number {
  return (ns * NICE_0_WEIGHT) / task.weight;
}

export class FairQueue {
  readonly waiting: Task<Fair>[] = [];
  current: Task<Fair> | null = null;
  minVruntime = 0;
  weight = 0;
  load = 0;
  /** Sum of weight * vruntime over all of them. */
  #weighted = 0;

  /** Tasks, the running one among them. */
  get length(): number {
    return this.waiting.length + (this.current === null ? 0 : 1);
  }

  /** The weighted mean of vruntimes: who is not beyond it is owed something. */
  get average(): number {
    return this.weight === 0 ? this.minVruntime : this.#weighted / this.weight;
  }

  /** A task counts from now on. */
  join(task: Task<Fair>): void {
    this.weight += task.weight;
    this.load += task.data.load;
    this.#weighted += task.weight * task.data.vruntime;
  }

  leave(task: Task<Fair>): void {
    this.weight -= task.weight;
    this.load -= task.data.load;
    this.#weighted -= task.weight * task.data.vruntime;
    if (this.weight === 0) this.#weighted = this.load = 0;
  }

  /** Moves the vruntime of the current task on for what it has run. */
  update(): void {
    const task = this.current;
    if (task === null) return;
    const { data } = task;
    const moved = virtual(task, task.runNs - data.runNs);
    data.runNs = task.runNs;
    data.vruntime += moved;
    this.#weighted += task.weight * moved;
    this.#advance();
  }

  /** The least vruntime never goes back. */
  #advance(): void {
    let least = this.current === null ? Infinity : this.current.data.vruntime;
    for (const { data } of this.waiting) least = Math.min(least, data.vruntime);
    if (Number.isFinite(least)) this.minVruntime = Math.max(this.minVruntime, least);
  }

  /** The first of those that are fit by a key; null if there is none. */
  best(isFit: (task: Task<Fair>) => boolean, key: (fair: Fair) => number): Task<Fair> | null {
    let best: Task<Fair> | null = null;
    for (const task of this.waiting)
      if (isFit(task) && (best === null || key(task.data) < key(best.data))) best = task;
    return best;
  }

  /** Takes one who waits out of the list. */
  take(task: Task<Fair>): boolean {
    const at = this.waiting.indexOf(task);
    if (at === -1) return false;
    this.waiting.splice(at, 1);
    return true;
  }
}
