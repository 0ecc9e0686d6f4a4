/**
 * Owns DragonFly's scheduler for users (sys/kern/usched_dfly.c): queues for each CPU, priorities by an
 * estimate of what each thread uses, and a search of the machine's tree for the best queue whenever one
 * wakes and cannot run at once, is preempted, or has had its turn. A thread that is made runnable is
 * placed by `select_cpu`, one that ran by `enqueue`.
 *
 * Unlike there, a CPU that runs out of work looks for some at once, and not when its helper is next woken.
 */
import type { Task } from '../task/task.ts';
import type { Dfly, DflySituation } from './dfly-estimate.ts';
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
import { DflyQueues } from './dfly-queues.ts';
import { addTick, forkEstcpu, NQS, queueOf, SECOND_NS, sleptSeconds } from './estcpu.ts';
import { ENQ_EXPIRED, ENQ_MOVED, ENQ_NEW, ENQ_PREEMPTED, ENQ_WAKEUP, ENQ_YIELD } from './policy.ts';
import type { Policy, PolicyHost } from './policy.ts';

const ROVER_TICKS = 8;
const PPQ = 4;

class UschedDfly implements Policy<Dfly> {
  readonly name = 'usched_dfly';
  readonly tickNs: number;
  readonly #options: Required<DflyOptions>;
  #host!: PolicyHost<Dfly>;
  #run!: DflyQueues;
  /** Threads that sleep and still count for CPUs. */
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
    const avoidsWakingCpu = this.#has(DFLY_AVOID_WAKER);
    this.#run = new DflyQueues(host.topology, { ...this.#options, avoidsWakingCpu });
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
    return {
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
  }

  get #situation(): DflySituation {
    const cpus = this.#host.onlineCpus.length;
    return { decay: this.#options.decay, tick: this.#tick, threads: this.#run.threads, cpus };
  }

  /** What the system does once a second: a look at all who can run; who sleeps counts no more. */
  #catchUp(): void {
    if (this.#host.now < this.#nextSecond) return;
    this.#nextSecond = (Math.floor(this.#host.now / SECOND_NS) + 1) * SECOND_NS;
    for (const task of this.#sleepers) this.#run.discount(task);
    this.#sleepers.clear();
    this.#run.recalculateAll(this.#situation);
  }

  // ---- where to
  // -------------------------------------------------------------------------------------------------

  #isFit(task: Task<Dfly>, cpu: number): boolean {
    return task.mayRunOn(cpu) && this.#run.tree.isOnline(cpu);
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
      if (this.#run.current[cpu] === null) return cpu;
      if (worse === -1 && this.#run.queueOfCurrent(cpu) > queue) worse = cpu;
      if (any === -1) any = cpu;
    }
    return worse === -1 ? any : worse;
  }

  #forked(task: Task<Dfly>): number {
    const { qcpu } = task.data;
    if (!this.#isFit(task, qcpu) || this.#has(DFLY_FORK_BEST)) return this.#run.best(task);
    if (this.#has(DFLY_FORK_CURRENT)) return qcpu;
    if (this.#has(DFLY_FORK_SIMPLE)) return this.#simple(task);
    return this.#run.queues[qcpu].length > 0 ? this.#run.best(task) : qcpu;
  }

  select_cpu(task: Task<Dfly>, _previous: number, waker: Task<Dfly> | null): number {
    const { data } = task;
    this.#catchUp();
    this.#sleepers.delete(task);
    if (waker !== null) data.wakeFrom = waker.cpu;
    if (data.isForked) {
      data.isForked = false;
      this.#run.resetPriority(task);
      return this.#forked(task);
    }
    const slept = data.isAsleep ? sleptSeconds(task, this.#host.now) : 0;
    data.isAsleep = false;
    this.#run.recalculate(task, slept, this.#situation);
    if (!this.#isFit(task, data.qcpu)) return this.#run.best(task);
    const isAtOnce = this.#isWorse(this.#run.queueOfCurrent(data.qcpu), queueOf(data.priority));
    return isAtOnce || !this.#has(DFLY_PUSH) ? data.qcpu : this.#run.best(task);
  }

  /** Whether a queue is so much worse than another that its thread is preempted. */
  #isWorse(queue: number, than: number): boolean {
    return queue * PPQ > than * PPQ + this.#options.fastResched;
  }

  // ---- queues
  // -------------------------------------------------------------------------------------------------

  enqueue(task: Task<Dfly>, flags: number): void {
    const isPlaced = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) !== 0;
    if (!isPlaced) this.#comeBack(task, flags);
    this.#run.changeCpu(task, task.cpu);
    const { rrcount } = task.data;
    const isAlone = task.cpu === task.lastCpu && this.#run.queues[task.cpu].length === 0;
    this.#run.insert(task);
    // It goes on, as if it had not been queued.
    if (!isPlaced && isAlone) task.data.rrcount = rrcount;
    this.#notify(task, isPlaced);
  }

  /** dfly_acquire_curproc of who ran and goes on to. */
  #comeBack(task: Task<Dfly>, flags: number): void {
    const { data } = task;
    this.#catchUp();
    this.#run.recalculate(task, 0, this.#situation);
    if ((flags & ENQ_YIELD) !== 0) {
      // To the end of the worst queue, without being any worse.
      const worst = this.#run.queues[data.qcpu].worstLevel();
      if (worst >= NQS && worst < 2 * NQS) data.rqindex = worst;
      return;
    }
    const isPushed =
      ((flags & ENQ_EXPIRED) !== 0 && this.#has(DFLY_PUSH_MORE)) ||
      ((flags & ENQ_PREEMPTED) !== 0 && this.#has(DFLY_PUSH));
    if (isPushed) task.cpu = this.#run.best(task);
  }

  /** dfly_setrunqueue_dd: has the CPU look, if who runs there is worse. */
  #notify(task: Task<Dfly>, isPlaced: boolean): void {
    const { data } = task;
    const current = this.#run.current[data.qcpu];
    if (current === null) {
      // The CPU that it has just left chooses anyway.
      if (!isPlaced && data.qcpu !== task.lastCpu) this.#host.kick(data.qcpu);
      return;
    }
    const [running, waiting] = [queueOf(current.data.priority), queueOf(data.priority)];
    if (this.#isWorse(running, waiting)) this.#host.preempt(data.qcpu);
    else if (running > waiting)
      current.data.rrcount = Math.max(current.data.rrcount, this.#options.rrInterval - 1);
  }

  dequeue(task: Task<Dfly>): void {
    this.#run.remove(task);
  }

  dispatch(cpu: number): Task<Dfly> | null {
    const own = this.#run.queues[cpu].bestFor(cpu);
    const task = own === null && this.#has(DFLY_IDLE_PULL) ? this.#run.worst(cpu) : own;
    if (task !== null) this.#run.take(task, cpu);
    return task;
  }

  running(task: Task<Dfly>, cpu: number): void {
    task.slice = Infinity;
    this.#run.setCurrent(cpu, task);
  }

  stopping(task: Task<Dfly>, isRunnable: boolean): void {
    this.#run.setCurrent(task.cpu, null);
    task.data.isAsleep = !isRunnable;
    if (!isRunnable && task.data.isCounted) this.#sleepers.add(task);
  }

  exit_task(task: Task<Dfly>): void {
    this.#sleepers.delete(task);
    this.#run.discount(task);
  }

  // ---- the clock
  // -------------------------------------------------------------------------------------------------

  tick(task: Task<Dfly>, cpu: number): void {
    const { data } = task;
    this.#catchUp();
    const isOver = ++data.rrcount >= this.#options.rrInterval;
    if (isOver) data.wakeFrom = -1;
    addTick(data);
    if (this.#run.resetPriority(task) || isOver) this.#host.preempt(cpu);
    const tick = this.#tick;
    const turn = Math.floor(tick / ROVER_TICKS) % this.#host.topology.count;
    if (tick % ROVER_TICKS === 0 && turn === cpu && this.#has(DFLY_ROVER)) this.#rove(cpu);
  }

  #rove(cpu: number): void {
    const task = this.#run.worst(cpu);
    if (task === null) return;
    this.#run.take(task, cpu);
    this.#run.insert(task);
    if (this.#run.queueOfCurrent(cpu) > queueOf(task.data.priority)) this.#host.preempt(cpu);
  }

  set_priority(task: Task<Dfly>): void {
    const { qcpu } = task.data;
    if (this.#run.resetPriority(task) && this.#run.current[qcpu] === task) this.#host.preempt(qcpu);
  }

  cpu_offline(cpu: number): void {
    this.#run.setCurrent(cpu, null);
    this.#run.tree.setOnline(cpu, false);
  }

  cpu_online(cpu: number): void {
    this.#run.tree.setOnline(cpu, true);
  }

  /** For checkers and tests: load of a CPU, as placement sees it. */
  loadOf(cpu: number): number {
    return this.#run.tree.loadOf(cpu);
  }
}

/** usched_dfly with DragonFly's constants, or others. */
export function dfly(options: DflyOptions = {}): Policy<Dfly> & { loadOf(cpu: number): number } {
  return new UschedDfly({ ...DFLY_DEFAULTS, ...options });
}
