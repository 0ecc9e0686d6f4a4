/**
 * Owns the multi-level feedback queue, by the rules of Arpaci-Dusseau, "Operating Systems: Three Easy
 * Pieces": a higher level runs before a lower one; new tasks begin at the top; who has used up the allotment
 * of its level, in however many parts, goes one down; and every so often all are back at the top. One set of
 * queues for all CPUs; quanta double from level to level.
 */
import type { Task } from '../task/task.ts';
import { ENQ_NEW, ENQ_PREEMPTED, ENQ_WAKEUP, type Policy, type PolicyHost } from './policy.ts';
import { TaskQueue } from './task-queue.ts';

export interface MlfqOptions {
  readonly levels?: number;
  /** Quantum, and allotment, at the top. */
  readonly quantumNs?: number;
  readonly boostNs?: number;
}

interface Level {
  level: number;
  usedNs: number;
  runNs: number;
  /** Boosts that it has had. */
  boosts: number;
}

class Mlfq implements Policy<Level> {
  readonly name = 'MLFQ';
  readonly #queues: readonly TaskQueue<Level>[];
  readonly #quantumNs: number;
  readonly #boostNs: number;
  #host!: PolicyHost<Level>;

  constructor({ levels, quantumNs, boostNs }: Required<MlfqOptions>) {
    this.#queues = Array.from({ length: levels }, () => new TaskQueue<Level>());
    this.#quantumNs = quantumNs;
    this.#boostNs = boostNs;
  }

  init(host: PolicyHost<Level>): void {
    this.#host = host;
  }

  init_task(): Level {
    return { level: 0, usedNs: 0, runNs: 0, boosts: this.#boosts };
  }

  /** Boosts up to now. They take effect when somebody looks, so that an idle machine has no events. */
  get #boosts(): number {
    return Math.floor(this.#host.now / this.#boostNs);
  }

  #quantumOf(level: number): number {
    return this.#quantumNs * 2 ** level;
  }

  #boost({ data }: Task<Level>): void {
    if (data.boosts === this.#boosts) return;
    data.boosts = this.#boosts;
    data.level = 0;
    data.usedNs = 0;
  }

  enqueue(task: Task<Level>, flags: number): void {
    this.#boost(task);
    const queue = this.#queues[task.data.level];
    // It has not had its turn.
    if ((flags & ENQ_PREEMPTED) !== 0) queue.unshift(task);
    else queue.push(task);
    const isHere = (flags & (ENQ_NEW | ENQ_WAKEUP)) !== 0;
    if (isHere && this.#host.idleCpuFor(task) === -1) this.#preemptFor(task);
  }

  /** Takes the place of the lowest that runs, if that is below it. */
  #preemptFor(task: Task<Level>): void {
    let [victim, lowest] = [-1, task.data.level];
    for (const cpu of this.#host.onlineCpus) {
      const current = this.#host.current(cpu);
      if (current !== null && task.mayRunOn(cpu) && current.data.level > lowest)
        [victim, lowest] = [cpu, current.data.level];
    }
    if (victim !== -1) this.#host.preempt(victim);
  }

  dequeue(task: Task<Level>): void {
    this.#queues.some((queue) => queue.remove(task));
  }

  dispatch(cpu: number): Task<Level> | null {
    this.#boostWaiting();
    for (const queue of this.#queues) {
      const task = queue.takeFor(cpu);
      if (task !== null) return task;
    }
    return null;
  }

  /** Those that wait lower down come up as well. */
  #boostWaiting(): void {
    const [top, ...others] = this.#queues;
    for (const queue of others) {
      for (let at = 0; at < queue.length;) {
        const task = queue.at(at);
        if (task === null || task.data.boosts === this.#boosts) at++;
        else {
          queue.remove(task);
          this.#boost(task);
          top.push(task);
        }
      }
    }
  }

  running(task: Task<Level>): void {
    const { data } = task;
    data.runNs = task.runNs;
    task.slice = this.#quantumOf(data.level) - data.usedNs;
  }

  stopping(task: Task<Level>): void {
    const { data } = task;
    data.usedNs += task.runNs - data.runNs;
    data.runNs = task.runNs;
    if (data.usedNs < this.#quantumOf(data.level)) return;
    data.usedNs = 0;
    data.level = Math.min(data.level + 1, this.#queues.length - 1);
  }
}

/** MLFQ; by default 3 levels, 10 ms at the top, and a boost every second. */
export function mlfq({
  levels = 3,
  quantumNs = 10_000_000,
  boostNs = 1_000_000_000,
}: MlfqOptions = {}): Policy<Level> {
  return new Mlfq({ levels, quantumNs, boostNs });
}
