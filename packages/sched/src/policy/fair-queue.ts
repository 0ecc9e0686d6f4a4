/**
 * Owns the queue of a CPU under the fair policies of Linux: who waits, with what weight, and how far virtual
 * time has come (avg_vruntime and min_vruntime of kernel/sched/fair.c). The running task belongs to it.
 */
import type { Task } from '../task/task.ts';
import { type Fair, virtual } from './fair-entity.ts';
import type { FairOrder } from './fair-order.ts';

export class FairQueue {
  readonly waiting: FairOrder;
  current: Task<Fair> | null = null;
  minVruntime = 0;
  weight = 0;
  load = 0;
  /** Sum of weight * vruntime over all of them. */
  #weighted = 0;
  #sequence = 0;

  constructor(order: FairOrder) {
    this.waiting = order;
  }

  /** Tasks, the running one among them. */
  get length(): number {
    return this.waiting.length + (this.current === null ? 0 : 1);
  }

  /** The weighted mean of vruntimes: who is not beyond it is owed something. */
  get average(): number {
    return this.weight === 0 ? this.minVruntime : this.#weighted / this.weight;
  }

  /** A task waits and counts from now on; `load` is what for in balancing. */
  join(task: Task<Fair>, load: number): void {
    const { data } = task;
    data.weight = task.weight;
    data.load = load;
    data.sequence = this.#sequence++;
    this.weight += data.weight;
    this.load += load;
    this.#weighted += data.weight * data.vruntime;
    this.waiting.push(task);
  }

  leave({ data }: Task<Fair>): void {
    this.weight -= data.weight;
    this.load -= data.load;
    this.#weighted -= data.weight * data.vruntime;
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
    this.#weighted += data.weight * moved;
    // The least vruntime never goes back.
    const least = Math.min(data.vruntime, this.waiting.leastVruntime);
    if (least > this.minVruntime) this.minVruntime = least;
  }
}
