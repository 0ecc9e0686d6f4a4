/**
 * Owns Linux's Completely Fair Scheduler, as it was up to 6.5 (kernel/sched/fair.c): each CPU runs the task
 * that has had the least for its weight. Constants are those of the kernel; latency, granularities and slices
 * grow with the number of CPUs, by 1 + log2(min(cpus, 8)).
 */
import type { Task } from '../task/task.ts';
import { FairBalance } from './fair-balance.ts';
import type { FairBugs } from './fair-bugs.ts';
import { type Fair, newFair, virtual } from './fair-entity.ts';
import { VruntimeOrder } from './fair-order.ts';
import { FairQueue } from './fair-queue.ts';
import { ENQ_MOVED, ENQ_NEW, ENQ_WAKEUP, type Policy, type PolicyHost } from './policy.ts';
import { TaskGroups } from './task-groups.ts';

export interface CfsOptions {
  /** Everybody has run once within this, ns; default 6 ms before scaling (sysctl_sched_latency). */
  readonly latencyNs?: number;
  /** Least time of a turn; default 0.75 ms before scaling. */
  readonly minGranularityNs?: number;
  /** How far a waking task must be behind to preempt; default 1 ms before scaling. */
  readonly wakeupGranularityNs?: number;
  readonly tickNs?: number;
  /**
   * Busy CPUs look for imbalance every so many ticks, in domains above the first half as often each; 0
   * never.
   */
  readonly balanceTicks?: number;
  /** Whether times grow with the number of CPUs; default true. */
  readonly isScaled?: boolean;
  /** Those of "Wasted Cores" that it is to have; default none. */
  readonly bugs?: FairBugs;
}

const LATENCY_TASKS = 8;

/** How much times grow with CPUs (get_update_sysctl_factor). */
export function scaleOf(cpus: number): number {
  return 1 + Math.floor(Math.log2(Math.min(cpus, 8)));
}

class Cfs implements Policy<Fair> {
  readonly name = 'CFS';
  readonly tickNs: number;
  readonly #options: Required<CfsOptions>;
  #host!: PolicyHost<Fair>;
  #queues: FairQueue[] = [];
  #balance!: FairBalance;
  #scale = 1;
  readonly #groups = new TaskGroups();

  constructor(options: Required<CfsOptions>) {
    this.#options = options;
    this.tickNs = options.tickNs;
  }

  init(host: PolicyHost<Fair>): void {
    this.#host = host;
    this.#queues = host.topology.cpus.map(() => new FairQueue(new VruntimeOrder()));
    if (this.#options.isScaled) this.#scale = scaleOf(host.topology.count);
    const { balanceTicks, bugs } = this.#options;
    const move = (task: Task<Fair>, from: number, to: number): void => this.#move(task, from, to);
    this.#balance = new FairBalance(host, this.#queues, move, balanceTicks, bugs);
  }

  init_task(task: Task<Fair>): Fair {
    this.#groups.add(task);
    return newFair();
  }

  exit_task(task: Task<Fair>): void {
    this.#groups.remove(task);
  }

  select_cpu(task: Task<Fair>, previous: number, waker: Task<Fair> | null): number {
    const from = task.lastCpu === -1 ? (task.parent?.cpu ?? previous) : previous;
    return this.#balance.place(task, from, waker);
  }

  cpu_online(cpu: number): void {
    this.#balance.setOnline(cpu, true);
  }

  cpu_offline(cpu: number): void {
    this.#balance.setOnline(cpu, false);
  }

  #join(queue: FairQueue, task: Task<Fair>): void {
    queue.join(task, this.#groups.loadOf(task));
  }

  /** sched_slice. */
  #sliceOf(queue: FairQueue, task: Task<Fair>): number {
    const { latencyNs, minGranularityNs } = this.#options;
    const tasks = queue.length;
    const period = this.#scale * (tasks > LATENCY_TASKS ? tasks * minGranularityNs : latencyNs);
    return Math.max((period * task.weight) / queue.weight, minGranularityNs);
  }

  /** place_entity: a new task waits a turn, one that slept is owed half the latency at most. */
  #place(queue: FairQueue, task: Task<Fair>, flags: number): void {
    const { data } = task;
    if ((flags & ENQ_NEW) !== 0) {
      const weight = queue.weight + task.weight;
      const period = this.#scale * this.#options.latencyNs;
      data.vruntime = queue.minVruntime + virtual(task, (period * task.weight) / weight);
    } else {
      data.vruntime += queue.minVruntime - this.#queues[data.home].minVruntime;
      const owed = (flags & ENQ_WAKEUP) === 0 ? Infinity : (this.#scale * this.#options.latencyNs) / 2;
      data.vruntime = Math.max(data.vruntime, queue.minVruntime - owed);
    }
    data.home = task.cpu;
  }

  enqueue(task: Task<Fair>, flags: number): void {
    const queue = this.#queues[task.cpu];
    this.#update(queue);
    const isBack = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) === 0;
    if (!isBack) this.#place(queue, task, flags);
    this.#join(queue, task);
    const { current } = queue;
    if (isBack || current === null) return;
    const ahead = current.data.vruntime - task.data.vruntime;
    if (ahead > virtual(task, this.#scale * this.#options.wakeupGranularityNs)) this.#host.preempt(task.cpu);
  }

  #update(queue: FairQueue): void {
    if (queue.current !== null) this.#host.account(queue.current);
    queue.update();
  }

  dequeue(task: Task<Fair>): void {
    const queue = this.#queues[task.cpu];
    queue.waiting.remove(task);
    queue.leave(task);
  }

  #move(task: Task<Fair>, from: number, to: number): void {
    this.#update(this.#queues[from]);
    this.#update(this.#queues[to]);
    this.dequeue(task);
    task.cpu = to;
    task.data.vruntime += this.#queues[to].minVruntime - this.#queues[from].minVruntime;
    task.data.home = to;
    this.#join(this.#queues[to], task);
  }

  dispatch(cpu: number): Task<Fair> | null {
    const queue = this.#queues[cpu];
    if (queue.waiting.length === 0 && !this.#balance.whenIdle(cpu)) {
      this.#balance.idles(cpu);
      return null;
    }
    const task = queue.waiting.first(cpu, 0);
    if (task !== null) queue.waiting.remove(task);
    return task;
  }

  running(task: Task<Fair>, cpu: number): void {
    const queue = this.#queues[cpu];
    queue.current = task;
    task.data.runNs = task.runNs;
    task.slice = Infinity;
    task.data.deadline = task.runNs;
  }

  stopping(task: Task<Fair>): void {
    const queue = this.#queues[task.cpu];
    queue.update();
    queue.current = null;
    queue.leave(task);
  }

  /** check_preempt_tick: `deadline` is the run time at which the turn began. */
  tick(task: Task<Fair>, cpu: number): void {
    const queue = this.#queues[cpu];
    queue.update();
    const { minGranularityNs } = this.#options;
    this.#balance.tick(cpu);
    if (queue.waiting.length === 0) return;
    const ran = task.runNs - task.data.deadline;
    const slice = this.#sliceOf(queue, task);
    const ahead = task.data.vruntime - queue.waiting.leastVruntime;
    const isOver = ran > slice || (ran >= this.#scale * minGranularityNs && ahead > slice);
    if (isOver) this.#host.preempt(cpu);
  }
}

/** CFS with the kernel's constants, or others. */
export function cfs({
  latencyNs = 6_000_000,
  minGranularityNs = 750_000,
  wakeupGranularityNs = 1_000_000,
  tickNs = 1_000_000,
  balanceTicks = 8,
  isScaled = true,
  bugs = {},
}: CfsOptions = {}): Policy<Fair> {
  return new Cfs({ latencyNs, minGranularityNs, wakeupGranularityNs, tickNs, balanceTicks, isScaled, bugs });
}
