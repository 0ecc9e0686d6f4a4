/**
 * Owns Earliest Eligible Virtual Deadline First (Stoica, Abdel-Wahab 1995), as Linux has it since 6.6: of the
 * tasks that are owed something, the one runs whose next slice is due first. A task's lag is what it is owed:
 * weight * (average - vruntime). It is kept over sleep, up to two slices. Slices end exactly, as with hrtick.
 * Not here: delayed dequeue, by which a task that sleeps while it owes something stays until it does not.
 */
import type { Task } from '../task/task.ts';
import { scaleOf } from './cfs.ts';
import { FairBalance } from './fair-balance.ts';
import { type Fair, newFair, virtual } from './fair-entity.ts';
import { DeadlineOrder } from './fair-order.ts';
import { FairQueue } from './fair-queue.ts';
import { ENQ_MOVED, ENQ_NEW, ENQ_WAKEUP, type Policy, type PolicyHost } from './policy.ts';
import { TaskGroups } from './task-groups.ts';

export interface EevdfOptions {
  /** What a task asks for at a time, ns; default 0.7 ms before scaling (sysctl_sched_base_slice). */
  readonly sliceNs?: number;
  /** A task that was picked runs until its slice is over, whoever wakes (RUN_TO_PARITY); default true. */
  readonly runsToParity?: boolean;
  readonly tickNs?: number;
  readonly balanceTicks?: number;
  readonly isScaled?: boolean;
}

class Eevdf implements Policy<Fair> {
  readonly name = 'EEVDF';
  readonly tickNs: number;
  readonly #options: Required<EevdfOptions>;
  #host!: PolicyHost<Fair>;
  #queues: FairQueue[] = [];
  #balance!: FairBalance;
  #sliceNs: number;
  readonly #groups = new TaskGroups();

  constructor(options: Required<EevdfOptions>) {
    this.#options = options;
    this.#sliceNs = options.sliceNs;
    this.tickNs = options.tickNs;
  }

  init(host: PolicyHost<Fair>): void {
    this.#host = host;
    this.#queues = host.topology.cpus.map(() => new FairQueue(new DeadlineOrder()));
    if (this.#options.isScaled) this.#sliceNs *= scaleOf(host.topology.count);
    const move = (task: Task<Fair>, from: number, to: number): void => this.#move(task, from, to);
    this.#balance = new FairBalance(host, this.#queues, move, this.#options.balanceTicks);
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

  #update(queue: FairQueue): void {
    if (queue.current !== null) this.#host.account(queue.current);
    queue.update();
  }

  /** place_entity: where its lag is what it was, with its own weight in the average. */
  #place(queue: FairQueue, task: Task<Fair>): void {
    const { data, weight } = task;
    const lag = queue.weight === 0 ? data.lag : (data.lag * (queue.weight + weight)) / queue.weight;
    data.vruntime = queue.average - lag;
    const slice = virtual(task, this.#sliceNs);
    // A new one is to have its first slice soon (PLACE_DEADLINE_INITIAL).
    data.deadline = data.vruntime + (data.isNew ? slice / 2 : slice);
    data.isNew = false;
  }

  enqueue(task: Task<Fair>, flags: number): void {
    const queue = this.#queues[task.cpu];
    this.#update(queue);
    const isBack = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) === 0;
    if (!isBack) this.#place(queue, task);
    this.#join(queue, task);
    if (!isBack && this.#isPreempted(queue, task)) this.#host.preempt(task.cpu);
  }

  #isPreempted(queue: FairQueue, task: Task<Fair>): boolean {
    const { current } = queue;
    if (current === null || this.#options.runsToParity) return false;
    const best = queue.waiting.first(task.cpu, queue.average);
    return best !== null && best.data.deadline < current.data.deadline;
  }

  dequeue(task: Task<Fair>): void {
    const queue = this.#queues[task.cpu];
    this.#update(queue);
    queue.waiting.remove(task);
    this.#keepLag(queue, task);
    queue.leave(task);
  }

  /** update_entity_lag: no more than two slices either way. */
  #keepLag(queue: FairQueue, task: Task<Fair>): void {
    const most = virtual(task, 2 * this.#sliceNs);
    task.data.lag = Math.min(Math.max(queue.average - task.data.vruntime, -most), most);
  }

  #move(task: Task<Fair>, _from: number, to: number): void {
    this.dequeue(task);
    task.cpu = to;
    const queue = this.#queues[to];
    this.#update(queue);
    this.#place(queue, task);
    this.#join(queue, task);
  }

  dispatch(cpu: number): Task<Fair> | null {
    const queue = this.#queues[cpu];
    if (queue.waiting.length === 0 && !this.#balance.whenIdle(cpu)) {
      this.#balance.idles(cpu);
      return null;
    }
    const task = queue.waiting.first(cpu, queue.average);
    if (task !== null) queue.waiting.remove(task);
    return task;
  }

  running(task: Task<Fair>, cpu: number): void {
    const queue = this.#queues[cpu];
    queue.current = task;
    task.data.runNs = task.runNs;
    this.#renew(task);
    task.slice = Math.max(1, Math.ceil(((task.data.deadline - task.data.vruntime) * task.weight) / 1024));
  }

  /** A slice that has been used up is followed by the next. */
  #renew(task: Task<Fair>): void {
    const { data } = task;
    if (data.vruntime >= data.deadline) data.deadline = data.vruntime + virtual(task, this.#sliceNs);
  }

  stopping(task: Task<Fair>, isRunnable: boolean): void {
    const queue = this.#queues[task.cpu];
    queue.update();
    if (!isRunnable) this.#keepLag(queue, task);
    queue.current = null;
    queue.leave(task);
    this.#renew(task);
  }

  tick(_task: Task<Fair>, cpu: number): void {
    this.#queues[cpu].update();
    this.#balance.tick(cpu);
  }

  /** What each task of a CPU is owed, ns; for checkers. */
  lagsOf(cpu: number): ReadonlyMap<Task<Fair>, number> {
    const queue = this.#queues[cpu];
    this.#update(queue);
    const { average } = queue;
    const all = [...queue.waiting.tasks()];
    if (queue.current !== null) all.unshift(queue.current);
    return new Map(all.map((task) => [task, ((average - task.data.vruntime) * task.weight) / 1024]));
  }
}

/** EEVDF with the kernel's constants, or others; `lagsOf` tells what tasks are owed. */
export function eevdf({
  sliceNs = 700_000,
  runsToParity = true,
  tickNs = 1_000_000,
  balanceTicks = 8,
  isScaled = true,
}: EevdfOptions = {}): Policy<Fair> & { lagsOf(cpu: number): ReadonlyMap<Task<Fair>, number> } {
  return new Eevdf({ sliceNs, runsToParity, tickNs, balanceTicks, isScaled });
}
