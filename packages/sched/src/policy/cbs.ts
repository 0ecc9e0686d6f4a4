/**
 * Owns the constant bandwidth server (Abeni, Buttazzo 1998), as Linux's SCHED_DEADLINE has it: each task has
 * a budget Q for each period T, runs by the earliest server deadline, and waits for the next period when the
 * budget is used up, so that one that wants more than it has reserved harms nobody else. Tasks without a
 * budget run when nobody with one does. Global, over all CPUs.
 */
import type { Task } from '../task/task.ts';
import { ENQ_PREEMPTED, ENQ_WAKEUP, ENQ_NEW, type Policy, type PolicyHost } from './policy.ts';
import { TaskHeap } from './task-heap.ts';

/** Linux keeps 5 % for everybody else (sched_rt_runtime_us). */
const MOST = 0.95;

interface Server {
  budgetNs: number;
  deadline: number;
  runNs: number;
  isThrottled: boolean;
  readonly isServed: boolean;
}

export interface CbsOptions {
  /** Told of a task that is refused (it runs without a budget): admitted are CPUs * 0.95. */
  readonly onRefused?: (task: Task, utilization: number) => void;
}

class Cbs implements Policy<Server> {
  readonly name = 'CBS';
  readonly #queue = new TaskHeap<Server>();
  readonly #onRefused: CbsOptions['onRefused'];
  #host!: PolicyHost<Server>;
  #admitted = 0;

  constructor({ onRefused }: CbsOptions) {
    this.#onRefused = onRefused;
  }

  init(host: PolicyHost<Server>): void {
    this.#host = host;
  }

  init_task(task: Task<Server>): Server {
    const isServed = this.#admit(task);
    return { budgetNs: 0, deadline: isServed ? 0 : Infinity, runNs: 0, isThrottled: false, isServed };
  }

  #admit(task: Task<Server>): boolean {
    const utilization = task.budgetNs / task.periodNs;
    if (!Number.isFinite(utilization) || task.periodNs === Infinity) return false;
    if (this.#admitted + utilization > MOST * this.#host.topology.count + 1e-9) {
      this.#onRefused?.(task, utilization);
      return false;
    }
    this.#admitted += utilization;
    return true;
  }

  exit_task(task: Task<Server>): void {
    if (task.data.isServed) this.#admitted -= task.budgetNs / task.periodNs;
  }

  enqueue(task: Task<Server>, flags: number): void {
    const { data } = task;
    if (data.isServed && (flags & (ENQ_WAKEUP | ENQ_NEW)) !== 0) this.#wakeUp(task);
    if (data.isServed && data.budgetNs <= 0) this.#throttle(task);
    else if ((flags & ENQ_PREEMPTED) !== 0) this.#queue.push(task, data.deadline);
    else this.#place(task);
  }

  /** What is left is kept, if it is not more than the reserved part of the time up to the deadline. */
  #wakeUp(task: Task<Server>): void {
    const { data, budgetNs, periodNs } = task;
    const left = data.deadline - this.#host.now;
    if (left > 0 && data.budgetNs * periodNs <= left * budgetNs) return;
    data.deadline = this.#host.now + periodNs;
    data.budgetNs = budgetNs;
  }

  #place(task: Task<Server>): void {
    this.#queue.push(task, task.data.deadline);
    const idle = this.#host.idleCpuFor(task);
    if (idle !== -1) {
      this.#host.kick(idle);
      return;
    }
    let [victim, latest] = [-1, task.data.deadline];
    for (const cpu of this.#host.onlineCpus) {
      const current = this.#host.current(cpu);
      if (current !== null && task.mayRunOn(cpu) && current.data.deadline > latest)
        [victim, latest] = [cpu, current.data.deadline];
    }
    if (victim !== -1) this.#host.preempt(victim);
  }

  /** The budget is used up: it goes on with the next period. */
  #throttle(task: Task<Server>): void {
    const { data } = task;
    data.isThrottled = true;
    const refill = data.deadline;
    this.#host.at(Math.max(refill, this.#host.now), () => {
      if (!data.isThrottled) return;
      data.isThrottled = false;
      data.deadline = refill + task.periodNs;
      data.budgetNs = task.budgetNs;
      this.#place(task);
    });
  }

  dequeue(task: Task<Server>): void {
    task.data.isThrottled = false;
    this.#queue.remove(task);
  }

  dispatch(cpu: number): Task<Server> | null {
    return this.#queue.takeFor(cpu);
  }

  running(task: Task<Server>): void {
    task.data.runNs = task.runNs;
    task.slice = task.data.isServed ? task.data.budgetNs : Infinity;
  }

  stopping(task: Task<Server>): void {
    task.data.budgetNs -= task.runNs - task.data.runNs;
    task.data.runNs = task.runNs;
  }
}

/** CBS with hard reservations. */
export function cbs(options: CbsOptions = {}): Policy<Server> {
  return new Cbs(options);
}
