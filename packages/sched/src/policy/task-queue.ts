/**
 * Owns a queue of tasks as most policies have: first in, first out, with a way to take one out of the middle
 * and to put one in front. A ring that grows.
 */
import type { Task } from '../task/task.ts';

export class TaskQueue<D> {
  #ring: (Task<D> | null)[] = Array.from({ length: 8 }, () => null);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(task: Task<D>): void {
    this.#room();
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = task;
  }

  unshift(task: Task<D>): void {
    this.#room();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = task;
    this.#length++;
  }

  /** The first that a CPU may run, taken out; null if there is none. */
  takeFor(cpu: number): Task<D> | null {
    if (this.#length === 0) return null;
    const first = this.#ring[this.#head];
    if (first?.mayRunOn(cpu) === true) {
      this.#ring[this.#head] = null;
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.#length--;
      return first;
    }
    for (let at = 1; at < this.#length; at++) {
      const task = this.at(at);
      if (task?.mayRunOn(cpu) === true) {
        this.#takeAt(at);
        return task;
      }
    }
    return null;
  }

  /** Takes a task out, wherever it is; false if it is not there. */
  remove(task: Task<D>): boolean {
    for (let at = 0; at < this.#length; at++) {
      if (this.at(at) !== task) continue;
      this.#takeAt(at);
      return true;
    }
    return false;
  }

  at(index: number): Task<D> | null {
    return index < this.#length ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : null;
  }

  #takeAt(index: number): void {
    const mask = this.#ring.length - 1;
    for (let at = index; at < this.#length - 1; at++)
      this.#ring[(this.#head + at) & mask] = this.#ring[(this.#head + at + 1) & mask];
    this.#length--;
    this.#ring[(this.#head + this.#length) & mask] = null;
  }

  #room(): void {
    if (this.#length < this.#ring.length) return;
    const all = Array.from({ length: this.#length }, (_, at) => this.at(at));
    this.#ring = [...all, ...Array.from({ length: all.length }, () => null)];
    this.#head = 0;
  }
}
