/**
 * Owns run queues as the BSDs have them: a row of queues, one for each level, first in, first out, and a bit
 * for each queue that is not empty, so that the best and the worst level are found at once. A task carries
 * its own link (its policy's `data` extends `Queued`), so that it is taken from the middle as fast as from an end.
 */
import type { Task } from '../task/task.ts';

/** What these queues need to know of a task: they alone change it. */
export interface Queued {
  /** Level at which it waits; -1 if it does not. */
  level: number;
  next: Task<Queued> | null;
  previous: Task<Queued> | null;
}

export function notQueued(): Queued {
  return { level: -1, next: null, previous: null };
}

const BITS = 32;

export class RunQueues<D extends Queued> {
  readonly #first: (Task<D> | null)[];
  readonly #last: (Task<D> | null)[];
  readonly #bits: Uint32Array;
  #length = 0;

  /** Queues of levels from 0, the best, up. */
  constructor(levels: number) {
    this.#first = Array.from({ length: levels }, () => null);
    this.#last = Array.from({ length: levels }, () => null);
    this.#bits = new Uint32Array(Math.ceil(levels / BITS));
  }

  get length(): number {
    return this.#length;
  }

  isEmptyAt(level: number): boolean {
    return this.#first[level] === null;
  }

  /** The first of a level, and those after it by `nextOf`. */
  firstAt(level: number): Task<D> | null {
    return this.#first[level];
  }

  nextOf(task: Task<D>): Task<D> | null {
    return task.data.next as Task<D> | null;
  }

  /** Level of the best that waits at `from` or below; -1 if there is none. */
  bestLevel(from = 0): number {
    for (let word = from >>> 5; word < this.#bits.length; word++) {
      const bits = word === from >>> 5 ? this.#bits[word] & (-1 << (from & 31)) : this.#bits[word];
      if (bits !== 0) return word * BITS + 31 - Math.clz32(bits & -bits);
    }
    return -1;
  }

  /** Level of the worst that waits; -1 if there is none. */
  worstLevel(): number {
    for (let word = this.#bits.length - 1; word >= 0; word--)
      if (this.#bits[word] !== 0) return word * BITS + 31 - Math.clz32(this.#bits[word]);
    return -1;
  }

  /** Puts a task behind all others of a level. */
  push(task: Task<D>, level: number): void {
    const last = this.#last[level];
    task.data.level = level;
    task.data.previous = last;
    task.data.next = null;
    if (last === null) this.#begin(task, level);
    else last.data.next = task;
    this.#last[level] = task;
    this.#length++;
  }

  /** Puts it in front of them. */
  unshift(task: Task<D>, level: number): void {
    const first = this.#first[level];
    if (first === null) {
      this.push(task, level);
      return;
    }
    task.data.level = level;
    task.data.previous = null;
    task.data.next = first;
    first.data.previous = task;
    this.#first[level] = task;
    this.#length++;
  }

  #begin(task: Task<D>, level: number): void {
    this.#first[level] = task;
    this.#bits[level >>> 5] |= 1 << (level & 31);
  }

  /** Takes a task out, wherever it is; false if it is not there. */
  remove(task: Task<D>): boolean {
    const { level } = task.data;
    if (level === -1) return false;
    const next = task.data.next as Task<D> | null;
    const previous = task.data.previous as Task<D> | null;
    if (previous === null) this.#first[level] = next;
    else previous.data.next = next;
    if (next === null) this.#last[level] = previous;
    else next.data.previous = previous;
    if (this.#first[level] === null) this.#bits[level >>> 5] &= ~(1 << (level & 31));
    task.data.level = -1;
    task.data.next = null;
    task.data.previous = null;
    this.#length--;
    return true;
  }

  /** The best that a CPU may run, left where it is; null if there is none. */
  bestFor(cpu: number): Task<D> | null {
    for (let level = this.bestLevel(); level !== -1; level = this.bestLevel(level + 1)) {
      for (let task = this.#first[level]; task !== null; task = this.nextOf(task))
        if (task.mayRunOn(cpu)) return task;
    }
    return null;
  }

  /** The last of the worst level that has one that a CPU may run, left where it is; null if there is none. */
  worstFor(cpu: number): Task<D> | null {
    for (let level = this.worstLevel(); level >= 0; level--) {
      for (let task = this.#last[level]; task !== null; task = task.data.previous as Task<D> | null)
        if (task.mayRunOn(cpu)) return task;
    }
    return null;
  }

  /** All that wait, best first; a copy, so that they can be moved meanwhile. */
  all(): Task<D>[] {
    const found: Task<D>[] = [];
    for (const first of this.#first)
      for (let task = first; task !== null; task = this.nextOf(task)) found.push(task);
    return found;
  }
}
