/**
 * Owns FreeBSD's older scheduler (sys/kern/sched_4bsd.c), after that of 4.4BSD: one queue of 64 levels
 * for all CPUs, and one for each CPU for threads that may not run everywhere; priorities by how much a
 * thread has used, which is forgotten the more slowly the busier the machine is; turns of 94 ms. Whoever
 * becomes runnable has an idle CPU told of it; without one, the CPU on which that happens gives way, if
 * it runs somebody worse: no other one.
 */
import type { Task } from '../task/task.ts';
import { SECOND_NS, sleptSeconds } from './estcpu.ts';
import {
  decayed,
  decayedAsleep,
  type FourBsd,
  limitOf,
  LoadAverage,
  priorityOf,
  RQ_NQS,
  RQ_PPQ,
} from './four-bsd-estimate.ts';
import { FOUR_BSD_DEFAULTS, type FourBsdOptions } from './four-bsd-options.ts';
import { ENQ_MOVED, ENQ_NEW, ENQ_WAKEUP, type Policy, type PolicyHost } from './policy.ts';
import { RunLinks, RunQueues } from './run-queues.ts';

class FourBsdPolicy implements Policy<FourBsd> {
  readonly name = '4BSD';
  readonly tickNs: number;
  readonly #options: Required<FourBsdOptions>;
  readonly #links = new RunLinks<FourBsd>();
  readonly #shared = new RunQueues<FourBsd>(RQ_NQS, this.#links);
  readonly #load: LoadAverage;
  #host!: PolicyHost<FourBsd>;
  #own: RunQueues<FourBsd>[] = [];
  #isOnline: boolean[] = [];
  /** Idle CPUs that have been told, and have not looked yet. */
  #isTold: boolean[] = [];
  /** Ticks that make a priority worse by one (INVERSE_ESTCPU_WEIGHT); and the most that are remembered. */
  #weight = 1;
  #limit = 0;
  #running = 0;
  #nextSecond = SECOND_NS;

  constructor(options: Required<FourBsdOptions>) {
    this.#options = options;
    this.tickNs = Math.round(SECOND_NS / options.stathz);
    this.#load = new LoadAverage(options.loadNs);
  }

  init(host: PolicyHost<FourBsd>): void {
    this.#host = host;
    const { cpus } = host.topology;
    this.#own = cpus.map(() => new RunQueues<FourBsd>(RQ_NQS, this.#links));
    this.#isOnline = cpus.map(() => true);
    this.#isTold = cpus.map(() => false);
    this.#weight = this.#options.inverseEstcpuWeight * cpus.length;
    this.#limit = limitOf(this.#weight, this.#options.niceWeight);
  }

  // ---- estimates
  // -------------------------------------------------------------------------------------------------

  init_task(task: Task<FourBsd>): FourBsd {
    const parent = (task.parent as Task<FourBsd> | null)?.data ?? null;
    const { slice } = this.#options;
    return {
      estcpu: parent?.estcpu ?? 0,
      priority: 0,
      // A child has a tick to begin with (sched_fork_thread).
      slice: parent === null ? slice : 1,
      queueCpu: -1,
      isForked: true,
      isAsleep: false,
    };
  }

  /** sched_exit_thread: what a child has used, its parent has. */
  exit_task(task: Task<FourBsd>): void {
    const parent = task.parent as Task<FourBsd> | null;
    if (parent === null || parent.endedAt >= 0) return;
    parent.data.estcpu = Math.min(parent.data.estcpu + task.data.estcpu, this.#limit);
  }

  #resetPriority(task: Task<FourBsd>): void {
    const { data } = task;
    const before = Math.floor(data.priority / RQ_PPQ);
    data.priority = priorityOf(task, this.#weight, this.#options.niceWeight);
    const level = Math.floor(data.priority / RQ_PPQ);
    if (level === before || !this.#links.has(task)) return;
    const queue = this.#queueOf(task);
    queue.remove(task);
    queue.push(task, level);
  }

  #queueOf({ data }: Task<FourBsd>): RunQueues<FourBsd> {
    return data.queueCpu === -1 ? this.#shared : this.#own[data.queueCpu];
  }

  get #waiting(): number {
    return this.#own.reduce((sum, { length }) => sum + length, this.#shared.length);
  }

  /** schedcpu, once a second for who can run; who sleeps is caught up with when it wakes. */
  #catchUp(): void {
    if (this.#host.now < this.#nextSecond) return;
    const second = Math.floor(this.#host.now / SECOND_NS);
    this.#nextSecond = (second + 1) * SECOND_NS;
    this.#load.sample(second, this.#waiting + this.#running);
    for (const cpu of this.#host.onlineCpus) {
      const current = this.#host.current(cpu);
      if (current !== null) this.#forget(current);
    }
    for (const queue of [this.#shared, ...this.#own]) for (const task of queue.all()) this.#forget(task);
  }

  #forget(task: Task<FourBsd>): void {
    task.data.estcpu = decayed(task.data.estcpu, this.#load.value);
    this.#resetPriority(task);
  }

  // ---- where to
  // -------------------------------------------------------------------------------------------------

  select_cpu(task: Task<FourBsd>, previous: number, waker: Task<FourBsd> | null): number {
    const { data } = task;
    this.#catchUp();
    if (data.isAsleep) {
      const seconds = sleptSeconds(task, this.#host.now);
      data.estcpu = decayedAsleep(data.estcpu, this.#load.value, seconds);
      data.slice = this.#options.slice;
    }
    data.isAsleep = false;
    this.#resetPriority(task);
    // Clocks wake a thread where it ran.
    const here = waker?.cpu ?? (data.isForked ? (task.parent?.cpu ?? 0) : previous);
    data.isForked = false;
    return task.affinity === null ? this.#anyCpu(here) : this.#pick(task);
  }

  /**
   * The CPU that will have a look: this one if it is idle, or else an idle one; this one, if there is
   * none.
   */
  #anyCpu(here: number): number {
    const isHere = this.#isOnline[here];
    if (isHere && this.#isFree(here)) return here;
    for (const cpu of this.#host.onlineCpus) if (this.#isFree(cpu)) return cpu;
    return isHere ? here : this.#host.onlineCpus[0];
  }

  #isFree(cpu: number): boolean {
    return !this.#isTold[cpu] && this.#host.isIdle(cpu);
  }

  /** sched_pickcpu: the last CPU, or one whose queue is shorter. */
  #pick(task: Task<FourBsd>): number {
    let best =
      task.lastCpu >= 0 && this.#isOnline[task.lastCpu] && task.mayRunOn(task.lastCpu) ? task.lastCpu : -1;
    for (const cpu of this.#host.onlineCpus) {
      if (!task.mayRunOn(cpu)) continue;
      if (best === -1 || this.#own[cpu].length < this.#own[best].length) best = cpu;
    }
    return best;
  }

  // ---- queues
  // -------------------------------------------------------------------------------------------------

  /** sched_add: at the end of its level, also if it was preempted. */
  enqueue(task: Task<FourBsd>, flags: number): void {
    const { data } = task;
    const isPlaced = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) !== 0;
    if (!isPlaced) this.#catchUp();
    if (!isPlaced && task.affinity !== null) task.cpu = this.#pick(task);
    data.queueCpu = task.affinity === null ? -1 : task.cpu;
    this.#queueOf(task).push(task, Math.floor(data.priority / RQ_PPQ));
    const current = this.#host.current(task.cpu);
    if (current !== null) {
      if (data.priority < current.data.priority) this.#host.preempt(task.cpu);
    } else if (isPlaced) this.#isTold[task.cpu] = true;
    else this.#tellOther(task);
  }

  /** A thread that gives way is work for an idle CPU as any other is. */
  #tellOther(task: Task<FourBsd>): void {
    const cpu =
      task.affinity === null ? this.#host.onlineCpus.find((each) => this.#isOther(each, task)) : task.cpu;
    if (cpu === undefined || cpu === task.lastCpu) return;
    this.#isTold[cpu] = true;
    this.#host.kick(cpu);
  }

  #isOther(cpu: number, task: Task<FourBsd>): boolean {
    return cpu !== task.lastCpu && this.#isFree(cpu);
  }

  dequeue(task: Task<FourBsd>): void {
    this.#queueOf(task).remove(task);
  }

  /** sched_choose: the best of all, unless the CPU's own is better. */
  dispatch(cpu: number): Task<FourBsd> | null {
    this.#isTold[cpu] = false;
    const shared = this.#fuzzy(cpu);
    const own = this.#own[cpu].bestFor(cpu);
    const isOwn = own !== null && (shared === null || own.data.priority < shared.data.priority);
    const task = isOwn ? own : shared;
    if (task !== null) this.#queueOf(task).remove(task);
    return task;
  }

  /** runq_choose_fuzz: of the first few of the best level one that was here. */
  #fuzzy(cpu: number): Task<FourBsd> | null {
    const level = this.#shared.bestLevel();
    if (level === -1) return null;
    const first = this.#shared.firstAt(level);
    let task = first;
    for (let left = this.#options.runqFuzz; left > 0 && task !== null; left--) {
      if (task.lastCpu === cpu) return task;
      task = this.#shared.nextOf(task);
    }
    return first;
  }

  running(task: Task<FourBsd>): void {
    task.slice = Infinity;
    this.#running++;
  }

  stopping(task: Task<FourBsd>, isRunnable: boolean): void {
    this.#running--;
    task.data.isAsleep = !isRunnable;
  }

  /** sched_clock. */
  tick(task: Task<FourBsd>, cpu: number): void {
    const { data } = task;
    this.#catchUp();
    data.estcpu = Math.min(data.estcpu + 1, this.#limit);
    if (data.estcpu % this.#weight === 0) this.#resetPriority(task);
    if (--data.slice > 0) return;
    data.slice = this.#options.slice;
    if (this.#shared.length + this.#own[cpu].length > 0) this.#host.preempt(cpu);
  }

  set_priority(task: Task<FourBsd>): void {
    this.#resetPriority(task);
  }

  cpu_offline(cpu: number): void {
    this.#isOnline[cpu] = false;
    this.#isTold[cpu] = false;
  }

  cpu_online(cpu: number): void {
    this.#isOnline[cpu] = true;
  }

  /** The load average, by which what was used is forgotten. */
  get loadAverage(): number {
    return this.#load.value;
  }
}

/** FreeBSD's 4BSD with its constants, or others. */
export function fourBsd(options: FourBsdOptions = {}): Policy<FourBsd> & { readonly loadAverage: number } {
  return new FourBsdPolicy({ ...FOUR_BSD_DEFAULTS, ...options });
}
