/**
 * Owns DragonFly's scheduler for users (sys/kern/usched_dfly.c): queues for each CPU, priorities by an
 * estimate of what each thread uses, and a search of the machine's tree for the best queue whenever one
 * wakes and cannot run at once, is preempted, or has had its turn. What a CPU runs, `current`, is its
 * uschedcp; a thread that is made runnable is placed by `select_cpu`, one that ran by `enqueue`.
 *
 * Unlike there, a CPU that runs out of work looks for some at once, and not when its helper is next woken.
 */
import type { Task } from '../task/task.ts';
import {
  DFLY_AVOID_WAKER,
  DFLY_DEFAULTS,
  DFLY_FORK_BEST,
  DFLY_FORK_CURRENT,
  DFLY_FORK_SIMPLE,
  DFLY_IDLE_PULL,
  DFLY_PUSH,
  DFLY_PUSH_MORE,
  DFLY_ROVER,
  type DflyOptions,
} from './dfly-options.ts';
import { type Dfly, recalculate, resetPriority } from './dfly-estimate.ts';
import { LoadTree } from './dfly-topology.ts';
import {
  addTick,
  ALL_QUEUES,
  forkEstcpu,
  NQS,
  PRIBASE_NULL,
  queueOf,
  SECOND_NS,
  sleptSeconds,
} from './estcpu.ts';
import { ENQ_EXPIRED, ENQ_MOVED, ENQ_NEW, ENQ_PREEMPTED, ENQ_WAKEUP, ENQ_YIELD } from './policy.ts';
import type { Policy, PolicyHost } from './policy.ts';
import { notQueued, RunQueues } from './run-queues.ts';

const NULL_QUEUE = queueOf(PRIBASE_NULL);
const ROVER_TICKS = 8;

class UschedDfly implements Policy<Dfly> {
  readonly name = 'usched_dfly';
  readonly tickNs: number;
  readonly #options: Required<DflyOptions>;
  #host!: PolicyHost<Dfly>;
  #tree!: LoadTree;
  #queues: RunQueues<Dfly>[] = [];
  #current: (Task<Dfly> | null)[] = [];
  /** Threads that count for CPUs (dfly_ucount), and those of them that sleep. */
  #threads = 0;
  readonly #sleepers = new Set<Task<Dfly>>();
  #nextSecond = SECOND_NS;
  /** Where the search for a CPU in turn began (dfly_scancpu). */
  #scan = 0;

  constructor(options: Required<DflyOptions>) {
    this.#options = options;
    this.tickNs = options.tickNs;
  }

  init(host: PolicyHost<Dfly>): void {
    this.#host = host;
    const { features, ...weights } = this.#options;
    const avoidsWakingCpu = (features & DFLY_AVOID_WAKER) !== 0;
    this.#tree = new LoadTree(host.topology, { ...weights, avoidsWakingCpu });
    this.#queues = host.topology.cpus.map(() => new RunQueues<Dfly>(ALL_QUEUES));
    this.#current = host.topology.cpus.map(() => null);
  }

  get #tick(): number {
    return Math.floor(this.#host.now / this.tickNs);
  }

  #has(feature: number): boolean {
    return (this.#options.features & feature) !== 0;
  }

  // ---- estimates
  // -------------------------------------------------------------------------------------------------

  init_task(task: Task<Dfly>): Dfly {
    const parent = (task.parent as Task<Dfly> | null)?.data ?? null;
    const data: Dfly = {
      ...notQueued(),
      estcpu: forkEstcpu(parent),
      cpticks: 0,
      cpbase: this.#tick,
      priority: -1,
      pctcpu: 0,
      estfast: 0,
      rqindex: 0,
      rrcount: 0,
      uload: 0,
      isCounted: false,
      qcpu: parent?.qcpu ?? 0,
      wakeFrom: -1,
      isForked: true,
      isAsleep: false,
    };
    return data;
  }

  /** dfly_recalculate_estcpu and dfly_resetpriority. */
  #recalculate(task: Task<Dfly>, slept: number): void {
    const { decay } = this.#options;
    const cpus = this.#host.onlineCpus.length;
    const situation = { decay, tick: this.#tick, threads: this.#threads, cpus };
    if (recalculate(task.data, slept, situation)) this.#resetPriority(task);
  }

  #resetPriority(task: Task<Dfly>): boolean {
    const { data } = task;
    const before = data.uload;
    const isOther = resetPriority(task);
    if (data.isCounted) this.#tree.change(data.qcpu, data.uload - before);
    if (isOther && this.#queues[data.qcpu].remove(task)) this.#insert(task);
    return isOther;
  }

  /** What the system does once a second: a look at all who can run; who sleeps counts no more. */
  #catchUp(): void {
    if (this.#host.now < this.#nextSecond) return;
    this.#nextSecond = (Math.floor(this.#host.now / SECOND_NS) + 1) * SECOND_NS;
    for (const task of this.#sleepers) this.#discount(task);
    this.#sleepers.clear();
    for (const [cpu, current] of this.#current.entries()) {
      if (current !== null) this.#recalculate(current, 0);
      for (const task of this.#queues[cpu].all()) this.#recalculate(task, 0);
    }
  }

  #count({ data }: Task<Dfly>): void {
    if (data.isCounted) return;
    data.isCounted = true;
    this.#threads++;
    this.#tree.count(data.qcpu, data.uload, 1);
  }

  #discount({ data }: Task<Dfly>): void {
    if (!data.isCounted) return;
    data.isCounted = false;
    this.#threads--;
    this.#tree.count(data.qcpu, data.uload, -1);
  }

  // ---- where to
  // -------------------------------------------------------------------------------------------------

  #queueOfCurrent(cpu: number): number {
    const current = this.#current[cpu];
    return current === null ? NULL_QUEUE : queueOf(current.data.priority);
  }

  #best(task: Task<Dfly>): number {
    const { qcpu, isCounted, uload, wakeFrom } = task.data;
    const found = this.#tree.best({ task, cpu: qcpu, uload: isCounted ? uload : -1, wakeFrom });
    return found === -1 ? qcpu : found;
  }

  #isFit(task: Task<Dfly>, cpu: number): boolean {
    return task.mayRunOn(cpu) && this.#tree.isOnline(cpu);
  }

  /** dfly_choose_queue_simple: the next in turn that is idle; that runs somebody worse; that there is. */
  #simple(task: Task<Dfly>): number {
    const count = this.#host.topology.count;
    const queue = queueOf(task.data.priority);
    const from = ++this.#scan % count;
    let [worse, any] = [-1, -1];
    for (let at = 0; at < count; at++) {
      const cpu = (from + at) % count;
      if (!this.#isFit(task, cpu)) continue;
      if (this.#current[cpu] === null) return cpu;
      if (worse === -1 && this.#queueOfCurrent(cpu) > queue) worse = cpu;
      if (any === -1) any = cpu;
    }
    return worse === -1 ? any : worse;
  }

  #forked(task: Task<Dfly>): number {
    const { qcpu } = task.data;
    if (!this.#isFit(task, qcpu) || this.#has(DFLY_FORK_BEST)) return this.#best(task);
    if (this.#has(DFLY_FORK_CURRENT)) return qcpu;
    if (this.#has(DFLY_FORK_SIMPLE)) return this.#simple(task);
    return this.#queues[qcpu].length > 0 ? this.#best(task) : qcpu;
  }

  select_cpu(task: Task<Dfly>, _previous: number, waker: Task<Dfly> | null): number {
    const { data } = task;
    this.#catchUp();
    this.#sleepers.delete(task);
    if (waker !== null) data.wakeFrom = waker.cpu;
    if (data.isForked) {
      data.isForked = false;
      this.#resetPriority(task);
      return this.#forked(task);
    }
    this.#recalculate(task, data.isAsleep ? sleptSeconds(task, this.#host.now) : 0);
    data.isAsleep = false;
    if (!this.#isFit(task, data.qcpu)) return this.#best(task);
    const isAtOnce =
      this.#queueOfCurrent(data.qcpu) * 4 > queueOf(data.priority) * 4 + this.#options.fastResched;
    return isAtOnce || !this.#has(DFLY_PUSH) ? data.qcpu : this.#best(task);
  }

  // ---- queues
  // -------------------------------------------------------------------------------------------------

  enqueue(task: Task<Dfly>, flags: number): void {
    const { data } = task;
    const isPlaced = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) !== 0;
    if (!isPlaced) this.#comeBack(task, flags);
    if (data.qcpu !== task.cpu) {
      this.#discount(task);
      data.qcpu = task.cpu;
    }
    this.#insert(task);
    this.#notify(task, isPlaced);
  }

  /** dfly_acquire_curproc of who ran and goes on to. */
  #comeBack(task: Task<Dfly>, flags: number): void {
    const { data } = task;
    this.#catchUp();
    this.#recalculate(task, 0);
    if ((flags & ENQ_YIELD) !== 0) {
      // To the end of the worst queue, without being any worse.
      data.rrcount = this.#options.rrInterval;
      const worst = this.#queues[data.qcpu].worstLevel();
      if (worst >= NQS && worst < 2 * NQS) data.rqindex = worst;
      return;
    }
    const isPushed =
      ((flags & ENQ_EXPIRED) !== 0 && this.#has(DFLY_PUSH_MORE)) ||
      ((flags & ENQ_PREEMPTED) !== 0 && this.#has(DFLY_PUSH));
    if (isPushed) task.cpu = this.#best(task);
  }

  /** dfly_setrunqueue_locked: at the end, if its turn is over or others are there. */
  #insert(task: Task<Dfly>): void {
    const { data } = task;
    const queue = this.#queues[data.qcpu];
    this.#count(task);
    if (data.rrcount >= this.#options.rrInterval || !queue.isEmptyAt(data.rqindex))
      queue.push(task, data.rqindex);
    else queue.unshift(task, data.rqindex);
    data.rrcount = 0;
    this.#tree.setIdle(data.qcpu, false);
  }

  /** dfly_setrunqueue_dd: has the CPU look, if who runs there is worse. */
  #notify(task: Task<Dfly>, isPlaced: boolean): void {
    const { data } = task;
    const current = this.#current[data.qcpu];
    if (current === null) {
      // The CPU that it has just left chooses anyway.
      if (!isPlaced && data.qcpu !== task.lastCpu) this.#host.kick(data.qcpu);
      return;
    }
    const [running, waiting] = [queueOf(current.data.priority), queueOf(data.priority)];
    if (running <= waiting) return;
    if (running * 4 > waiting * 4 + this.#options.fastResched) this.#host.preempt(data.qcpu);
    else current.data.rrcount = Math.max(current.data.rrcount, this.#options.rrInterval - 1);
  }

  dequeue(task: Task<Dfly>): void {
    this.#queues[task.data.qcpu].remove(task);
    this.#refresh(task.data.qcpu);
  }

  #refresh(cpu: number): void {
    this.#tree.setIdle(cpu, this.#current[cpu] === null && this.#queues[cpu].length === 0);
  }

  dispatch(cpu: number): Task<Dfly> | null {
    const task = this.#queues[cpu].bestFor(cpu) ?? (this.#has(DFLY_IDLE_PULL) ? this.#worst(cpu) : null);
    if (task === null) return null;
    this.#take(task, cpu);
    return task;
  }

  /** The worst thread of the most loaded queue, if a CPU may run it. */
  #worst(cpu: number): Task<Dfly> | null {
    const from = this.#tree.worst(cpu);
    return from === -1 ? null : this.#queues[from].worstFor(cpu);
  }

  /** Takes a thread out of its queue, to be of a CPU. */
  #take(task: Task<Dfly>, cpu: number): void {
    const { data } = task;
    const from = data.qcpu;
    this.#queues[from].remove(task);
    this.#refresh(from);
    if (from === cpu) return;
    this.#discount(task);
    data.qcpu = cpu;
    task.cpu = cpu;
    this.#count(task);
  }

  running(task: Task<Dfly>, cpu: number): void {
    task.slice = Infinity;
    this.#current[cpu] = task;
    this.#tree.setIdle(cpu, false);
  }

  stopping(task: Task<Dfly>, isRunnable: boolean): void {
    this.#current[task.cpu] = null;
    this.#refresh(task.cpu);
    task.data.isAsleep = !isRunnable;
    if (!isRunnable && task.data.isCounted) this.#sleepers.add(task);
  }

  exit_task(task: Task<Dfly>): void {
    this.#sleepers.delete(task);
    this.#discount(task);
  }

  // ---- the clock
  // -------------------------------------------------------------------------------------------------

  tick(task: Task<Dfly>, cpu: number): void {
    const { data } = task;
    this.#catchUp();
    const isOver = ++data.rrcount >= this.#options.rrInterval;
    if (isOver) data.wakeFrom = -1;
    addTick(data);
    if (this.#resetPriority(task) || isOver) this.#host.preempt(cpu);
    const tick = this.#tick;
    const isUp =
      tick % ROVER_TICKS === 0 && Math.floor(tick / ROVER_TICKS) % this.#host.topology.count === cpu;
    if (isUp && this.#has(DFLY_ROVER)) this.#rove(cpu);
  }

  #rove(cpu: number): void {
    const task = this.#worst(cpu);
    if (task === null) return;
    this.#take(task, cpu);
    this.#insert(task);
    if (this.#queueOfCurrent(cpu) > queueOf(task.data.priority)) this.#host.preempt(cpu);
  }

  set_priority(task: Task<Dfly>): void {
    if (this.#resetPriority(task) && this.#current[task.data.qcpu] === task)
      this.#host.preempt(task.data.qcpu);
  }

  cpu_offline(cpu: number): void {
    this.#current[cpu] = null;
    this.#tree.setOnline(cpu, false);
  }

  cpu_online(cpu: number): void {
    this.#tree.setOnline(cpu, true);
    this.#refresh(cpu);
  }

  /** For checkers and tests: load of a CPU, as placement sees it. */
  loadOf(cpu: number): number {
    return this.#tree.loadOf(cpu);
  }
}

/** usched_dfly with DragonFly's constants, or others. */
export function dfly(options: DflyOptions = {}): Policy<Dfly> & { loadOf(cpu: number): number } {
  return new UschedDfly({ ...DFLY_DEFAULTS, ...options });
}
