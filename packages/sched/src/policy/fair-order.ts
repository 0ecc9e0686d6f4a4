/**
 * Owns the order in which those who wait on a CPU run: under CFS by vruntime; under EEVDF by deadline, of
 * those who are owed something. Who is and who is not are two heaps, between which tasks go as the average
 * passes them.
 */
import type { Task } from '../task/task.ts';
import { FairHeap } from './fair-heap.ts';
import type { Fair } from './fair-entity.ts';

export interface FairOrder {
  readonly length: number;
  /** Of those who wait; -Infinity where it does not matter. */
  readonly leastVruntime: number;
  push(task: Task<Fair>): void;
  /** Takes a task out; false if it is not there. */
  remove(task: Task<Fair>): boolean;
  /** Who is next on a CPU, left where it is; `average` is the virtual time. */
  first(cpu: number, average: number): Task<Fair> | null;
  /** All who wait, in no order. */
  tasks(): readonly Task<Fair>[];
  /** The best of all that wait by what `better` says, null if none is fit; looks at each. */
  pick(
    isFit: (task: Task<Fair>) => boolean,
    isBetter: (task: Task<Fair>, than: Task<Fair>) => boolean,
  ): Task<Fair> | null;
}

/** How far a vruntime may be beyond the average by rounding. */
const ROUNDING = 1e-6;

function pickOf(
  tasks: readonly Task<Fair>[],
  isFit: (task: Task<Fair>) => boolean,
  isBetter: (task: Task<Fair>, than: Task<Fair>) => boolean,
): Task<Fair> | null {
  let best: Task<Fair> | null = null;
  for (const task of tasks) if (isFit(task) && (best === null || isBetter(task, best))) best = task;
  return best;
}

/** By a number, then by coming. */
function byKey(keyOf: (fair: Fair) => number): (task: Task<Fair>, than: Task<Fair>) => boolean {
  return ({ data }, { data: than }) => {
    const difference = keyOf(data) - keyOf(than);
    return difference < 0 || (difference === 0 && data.sequence < than.sequence);
  };
}

const vruntimeOf = ({ vruntime }: Fair): number => vruntime;
const deadlineOf = ({ deadline }: Fair): number => deadline;

export class VruntimeOrder implements FairOrder {
  readonly #heap = new FairHeap(vruntimeOf);

  get length(): number {
    return this.#heap.tasks.length;
  }

  get leastVruntime(): number {
    return this.#heap.first?.data.vruntime ?? Infinity;
  }

  push(task: Task<Fair>): void {
    this.#heap.push(task);
  }

  remove(task: Task<Fair>): boolean {
    if (!this.#heap.has(task)) return false;
    this.#heap.remove(task);
    return true;
  }

  first(cpu: number): Task<Fair> | null {
    const { first } = this.#heap;
    if (first === null || first.mayRunOn(cpu)) return first;
    return this.pick((task) => task.mayRunOn(cpu), byKey(vruntimeOf));
  }

  tasks(): readonly Task<Fair>[] {
    return this.#heap.tasks;
  }

  pick(...how: Parameters<FairOrder['pick']>): Task<Fair> | null {
    return pickOf(this.#heap.tasks, ...how);
  }
}

export class DeadlineOrder implements FairOrder {
  /** Who was owed something at the last look, by deadline; and who was not, by vruntime. */
  readonly #owed = new FairHeap(deadlineOf);
  readonly #ahead = new FairHeap(vruntimeOf);
  readonly leastVruntime = -Infinity;

  get length(): number {
    return this.#owed.tasks.length + this.#ahead.tasks.length;
  }

  push(task: Task<Fair>): void {
    this.#ahead.push(task);
  }

  remove(task: Task<Fair>): boolean {
    const heap = [this.#owed, this.#ahead].find((each) => each.has(task));
    heap?.remove(task);
    return heap !== undefined;
  }

  first(cpu: number, average: number): Task<Fair> | null {
    const most = average + ROUNDING;
    for (
      let task = this.#ahead.first;
      task !== null && task.data.vruntime <= most;
      task = this.#ahead.first
    ) {
      this.#ahead.remove(task);
      this.#owed.push(task);
    }
    for (let task = this.#owed.first; task !== null; task = this.#owed.first) {
      if (task.data.vruntime > most) {
        // The average has gone back, as those who are owed much came.
        this.#owed.remove(task);
        this.#ahead.push(task);
      } else if (task.mayRunOn(cpu)) return task;
      else break;
    }
    const isFit = (task: Task<Fair>): boolean => task.mayRunOn(cpu);
    const isOwed = (task: Task<Fair>): boolean => isFit(task) && task.data.vruntime <= most;
    const best = this.#owed.first === null ? null : pickOf(this.#owed.tasks, isOwed, byKey(deadlineOf));
    if (best !== null) return best;
    // Nobody by rounding: the first by vruntime.
    const { first } = this.#ahead;
    return first !== null && this.#owed.first === null && isFit(first)
      ? first
      : this.pick(isFit, byKey(vruntimeOf));
  }

  tasks(): readonly Task<Fair>[] {
    return [...this.#owed.tasks, ...this.#ahead.tasks];
  }

  pick(...how: Parameters<FairOrder['pick']>): Task<Fair> | null {
    const [, isBetter] = how;
    const [a, b] = [pickOf(this.#owed.tasks, ...how), pickOf(this.#ahead.tasks, ...how)];
    if (a === null || b === null) return a ?? b;
    return isBetter(b, a) ? b : a;
  }
}
