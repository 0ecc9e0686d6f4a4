/**
 * Owns tasks of a fair policy in order of a number that each has, and of their coming where it is the
 * same. A task knows its place, so that any is taken out as fast as the first. It is in one heap at most,
 * and its number stays.
 */
import type { Task } from '../task/task.ts';
import type { Fair } from './fair-entity.ts';

export class FairHeap {
  readonly tasks: Task<Fair>[] = [];
  readonly #keyOf: (fair: Fair) => number;

  constructor(keyOf: (fair: Fair) => number) {
    this.#keyOf = keyOf;
  }

  get first(): Task<Fair> | null {
    return this.tasks.length === 0 ? null : this.tasks[0];
  }

  has({ data }: Task<Fair>): boolean {
    return data.place >= 0 && data.place < this.tasks.length && this.tasks[data.place].data === data;
  }

  push(task: Task<Fair>): void {
    this.tasks.push(task);
    this.#up(this.tasks.length - 1, task);
  }

  /** Takes one out that is in it. */
  remove(task: Task<Fair>): void {
    const { place } = task.data;
    task.data.place = -1;
    const last = this.tasks.pop();
    if (last === undefined || last === task) return;
    if (!this.#up(place, last)) this.#down(place, last);
  }

  #isBefore(a: Fair, b: Fair): boolean {
    const difference = this.#keyOf(a) - this.#keyOf(b);
    return difference < 0 || (difference === 0 && a.sequence < b.sequence);
  }

  /** Puts a task at a place or above it; whether it went up. */
  #up(from: number, task: Task<Fair>): boolean {
    const { tasks } = this;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = tasks[above];
      if (!this.#isBefore(task.data, other.data)) break;
      tasks[place] = other;
      other.data.place = place;
      place = above;
    }
    tasks[place] = task;
    task.data.place = place;
    return place !== from;
  }

  #down(from: number, task: Task<Fair>): void {
    const { tasks } = this;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= tasks.length) break;
      if (below + 1 < tasks.length && this.#isBefore(tasks[below + 1].data, tasks[below].data)) below++;
      const other = tasks[below];
      if (!this.#isBefore(other.data, task.data)) break;
      tasks[place] = other;
      other.data.place = place;
      place = below;
    }
    tasks[place] = task;
    task.data.place = place;
  }
}
