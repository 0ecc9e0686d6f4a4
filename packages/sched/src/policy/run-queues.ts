/**
 * Owns run queues as the BSDs have them: a row of queues, one for each level, first in, first out, and a
 * bit for each queue that is not empty, so that the best and the worst level are found at once. Links are
 * numbers in arrays by the tasks' ids, which stay in the cache where tasks do not; a task is taken from
 * the middle as fast as from an end. Queues that share links, as those of the CPUs of a policy, have a
 * task in one of them at most.
 */
import type { Task } from '../task/task.ts';

const BITS = 32;
const NONE = -1;

export class RunLinks<D> {
  readonly tasks: (Task<D> | null)[] = [];
  next = new Int32Array(64);
  previous = new Int32Array(64);
  /** Level at which a task waits, and 1; 0 if it does not. */
  levels = new Int16Array(64);

  /** Whether a task is in one of the queues. */
  has({ id }: Task<D>): boolean {
    return id < this.levels.length && this.levels[id] !== 0;
  }

  /** Makes room for a task. */
  add(task: Task<D>): void {
    if (task.id >= this.levels.length) this.#grow(task.id);
    this.tasks[task.id] = task;
  }

  #grow(id: number): void {
    const size = 2 ** Math.ceil(Math.log2(id + 1));
    const grown = <A extends Int32Array | Int16Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.next = grown(this.next, new Int32Array(size));
    this.previous = grown(this.previous, new Int32Array(size));
    this.levels = grown(this.levels, new Int16Array(size));
  }
}

export class RunQueues<D> {
  readonly #links: RunLinks<D>;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #bits: Uint32Array;
  #length = 0;

  /** Queues of levels from 0, the best, up. */
  constructor(levels: number, links = new RunLinks<D>()) {
    this.#links = links;
    this.#first = new Int32Array(levels).fill(NONE);
    this.#last = new Int32Array(levels).fill(NONE);
    this.#bits = new Uint32Array(Math.ceil(levels / BITS));
  }

  get length(): number {
    return this.#length;
  }

  has(task: Task<D>): boolean {
    return this.#links.has(task);
  }

  isEmptyAt(level: number): boolean {
    return this.#first[level] === NONE;
  }

  #taskOf(id: number): Task<D> | null {
    return id === NONE ? null : this.#links.tasks[id];
  }

  /** The first of a level, and those after it by `nextOf`. */
  firstAt(level: number): Task<D> | null {
    return this.#taskOf(this.#first[level]);
  }

  nextOf(task: Task<D>): Task<D> | null {
    return this.#taskOf(this.#links.next[task.id]);
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
    const { id } = task;
    const last = this.#last[level];
    this.#links.add(task);
    this.#links.levels[id] = level + 1;
    this.#links.previous[id] = last;
    this.#links.next[id] = NONE;
    if (last === NONE) {
      this.#first[level] = id;
      this.#bits[level >>> 5] |= 1 << (level & 31);
    } else this.#links.next[last] = id;
    this.#last[level] = id;
    this.#length++;
  }

  /** Puts it in front of them. */
  unshift(task: Task<D>, level: number): void {
    const { id } = task;
    const first = this.#first[level];
    if (first === NONE) {
      this.push(task, level);
      return;
    }
    this.#links.add(task);
    this.#links.levels[id] = level + 1;
    this.#links.previous[id] = NONE;
    this.#links.next[id] = first;
    this.#links.previous[first] = id;
    this.#first[level] = id;
    this.#length++;
  }

  /** Takes a task out, wherever it is; false if it is in no queue. */
  remove(task: Task<D>): boolean {
    if (!this.#links.has(task)) return false;
    const { id } = task;
    const { next, previous, levels, tasks } = this.#links;
    const level = levels[id] - 1;
    const after = next[id];
    const before = previous[id];
    if (before === NONE) this.#first[level] = after;
    else next[before] = after;
    if (after === NONE) this.#last[level] = before;
    else previous[after] = before;
    if (this.#first[level] === NONE) this.#bits[level >>> 5] &= ~(1 << (level & 31));
    levels[id] = 0;
    tasks[id] = null;
    this.#length--;
    return true;
  }

  /** The best that a CPU may run, left where it is; null if there is none. */
  bestFor(cpu: number): Task<D> | null {
    for (let level = this.bestLevel(); level !== -1; level = this.bestLevel(level + 1)) {
      for (let task = this.firstAt(level); task !== null; task = this.nextOf(task))
        if (task.mayRunOn(cpu)) return task;
    }
    return null;
  }

  /** The last of the worst level that has one that a CPU may run, left where it is; null if there is none. */
  worstFor(cpu: number): Task<D> | null {
    for (let level = this.worstLevel(); level >= 0; level--) {
      for (let id = this.#last[level]; id !== NONE; id = this.#links.previous[id]) {
        const task = this.#taskOf(id);
        if (task?.mayRunOn(cpu) === true) return task;
      }
    }
    return null;
  }

  /** All that wait, best first; a copy, so that they can be moved meanwhile. */
  all(): Task<D>[] {
    const found: Task<D>[] = [];
    for (let level = this.bestLevel(); level !== -1; level = this.bestLevel(level + 1))
      for (let task = this.firstAt(level); task !== null; task = this.nextOf(task)) found.push(task);
    return found;
  }
}
