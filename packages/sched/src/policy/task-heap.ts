/**
 * Owns tasks in order of a number that the policy gives each of them, and of their coming where it is the
 * same: the first is found at once, and any can be taken out.
 */
import type { Task } from '../task/task.ts';

interface Entry<D> {
  readonly task: Task<D>;
  readonly key: number;
  readonly sequence: number;
}

function isBefore<D>(a: Entry<D>, b: Entry<D>): boolean {
  return a.key < b.key || (a.key === b.key && a.sequence < b.sequence);
}

export class TaskHeap<D> {
  readonly #heap: Entry<D>[] = [];
  #sequence = 0;

  get length(): number {
    return this.#heap.length;
  }

  /** The least key; Infinity without tasks. */
  get leastKey(): number {
    return this.#heap.length === 0 ? Infinity : this.#heap[0].key;
  }

  peek(): Task<D> | null {
    return this.#heap.length === 0 ? null : this.#heap[0].task;
  }

  /** All of them, in no order. */
  *tasks(): Generator<Task<D>, void, undefined> {
    for (const { task } of this.#heap) yield task;
  }

  push(task: Task<D>, key: number): void {
    this.#heap.push({ task, key, sequence: this.#sequence++ });
    this.#up(this.#heap.length - 1);
  }

  pop(): Task<D> | null {
    return this.#heap.length === 0 ? null : this.#takeAt(0);
  }

  /** The first that a CPU may run, taken out; null if there is none. */
  takeFor(cpu: number): Task<D> | null {
    const first = this.peek();
    if (first === null || first.mayRunOn(cpu)) return this.pop();
    return this.takeBest((task) => task.mayRunOn(cpu));
  }

  /** The first of those that are fit, taken out; looks at all of them. */
  takeBest(isFit: (task: Task<D>) => boolean): Task<D> | null {
    let best = -1;
    for (const [at, entry] of this.#heap.entries())
      if (isFit(entry.task) && (best === -1 || isBefore(entry, this.#heap[best]))) best = at;
    return best === -1 ? null : this.#takeAt(best);
  }

  remove(task: Task<D>): boolean {
    const at = this.#heap.findIndex((entry) => entry.task === task);
    if (at === -1) return false;
    this.#takeAt(at);
    return true;
  }

  #takeAt(at: number): Task<D> {
    const [{ task }, last] = [this.#heap[at], this.#heap.pop()];
    if (last !== undefined && at < this.#heap.length) {
      this.#heap[at] = last;
      this.#up(at);
      this.#down(at);
    }
    return task;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const entry = heap[from];
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = entry;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const entry = heap[from];
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below++;
      if (!isBefore(heap[below], entry)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = entry;
  }
}
