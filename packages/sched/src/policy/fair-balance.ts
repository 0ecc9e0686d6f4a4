/**
 * Owns moving tasks between the queues of the fair policies: a CPU that has nothing to do takes a task from
 * the busiest queue near it (newidle_balance), and every so often each busy CPU compares its load with the
 * others' (load_balance). What is near comes first: CPUs of a cache, of a node, all of them.
 */
import type { Task } from '../task/task.ts';
import type { Fair, FairQueue } from './fair-queue.ts';
import type { PolicyHost } from './policy.ts';

/** A queue is busier than another by so many hundredths (sd->imbalance_pct). */
const IMBALANCE = { near: 117, far: 125 } as const;

/** Moves a task that waits from a queue to that of a CPU. */
export type Pull = (task: Task<Fair>, from: number, to: number) => void;

export class FairBalance {
  readonly #host: PolicyHost<Fair>;
  readonly #queues: readonly FairQueue[];
  readonly #pull: Pull;

  constructor(host: PolicyHost<Fair>, queues: readonly FairQueue[], pull: Pull) {
    this.#host = host;
    this.#queues = queues;
    this.#pull = pull;
  }

  /** For a CPU without tasks: whether it has one now. */
  whenIdle(cpu: number): boolean {
    for (const group of this.#groupsOf(cpu)) {
      const busiest = this.#busiestOf(group, cpu, 1);
      if (busiest === -1) continue;
      const task = this.#taskFor(cpu, busiest, Infinity);
      if (task === null) continue;
      this.#pull(task, busiest, cpu);
      return true;
    }
    return false;
  }

  /** For a CPU that is busy: takes what makes it and the busiest near it more alike. */
  whenBusy(cpu: number): void {
    for (const [level, group] of this.#groupsOf(cpu).entries()) {
      const busiest = this.#busiestOf(group, cpu, 2);
      if (busiest === -1) continue;
      const [own, other] = [this.#queues[cpu].weight, this.#queues[busiest].weight];
      const percent = level === 0 ? IMBALANCE.near : IMBALANCE.far;
      if (other * 100 <= own * percent) continue;
      const task = this.#taskFor(cpu, busiest, (other - own) / 2);
      if (task !== null) this.#pull(task, busiest, cpu);
      return;
    }
  }

  /** CPUs of the cache, of the node, and all: each without those before. */
  #groupsOf(cpu: number): readonly (readonly number[])[] {
    const { topology, onlineCpus } = this.#host;
    const cache = topology.groupOf(cpu, 'cache');
    const node = topology.groupOf(cpu, 'node');
    return [
      cache.filter((each) => each !== cpu),
      node.filter((each) => !cache.includes(each)),
      onlineCpus.filter((each) => !node.includes(each)),
    ];
  }

  /** The queue with the most weight that has so many tasks, one of them waiting; -1 if there is none. */
  #busiestOf(group: readonly number[], cpu: number, least: number): number {
    let [busiest, most] = [-1, 0];
    for (const other of group) {
      const queue = this.#queues[other];
      if (queue.length < least || !queue.waiting.some((task) => task.mayRunOn(cpu))) continue;
      if (queue.weight > most) [busiest, most] = [other, queue.weight];
    }
    return busiest;
  }

  /** One that waits there and may run here, not heavier than the imbalance: the one that waits longest. */
  #taskFor(cpu: number, from: number, mostWeight: number): Task<Fair> | null {
    let best: Task<Fair> | null = null;
    for (const task of this.#queues[from].waiting) {
      const isFit = task.mayRunOn(cpu) && task.weight <= mostWeight;
      if (isFit && (best === null || task.readyAt < best.readyAt)) best = task;
    }
    return best;
  }
}
