/**
 * Owns who waits for a shared object: first come, first served, or the most urgent first.
 */
import type { Task } from '../task/task.ts';

export type WaitOrder = 'fifo' | 'priority';

export class WaitList {
  readonly #tasks: Task[] = [];
  readonly #order: WaitOrder;

  constructor(order: WaitOrder) {
    this.#order = order;
  }

  get length(): number {
    return this.#tasks.length;
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  add(task: Task): void {
    this.#tasks.push(task);
  }

  /** Takes the one whose turn it is; undefined if nobody waits. */
  take(): Task | undefined {
    if (this.#order === 'fifo') return this.#tasks.shift();
    let best = 0;
    for (let at = 1; at < this.#tasks.length; at++)
      if (isMoreUrgent(this.#tasks[at], this.#tasks[best])) best = at;
    return this.#tasks.splice(best, 1).at(0);
  }
}

/** By priority, and of two with the same by deadline. */
function isMoreUrgent(a: Task, b: Task): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.effectiveDeadline < b.effectiveDeadline;
}
