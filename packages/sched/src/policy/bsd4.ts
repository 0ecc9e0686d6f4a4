/**
 * Owns DragonFly's older scheduler for users (sys/kern/usched_bsd4.c): one set of queues for all CPUs, so
 * that whoever waits may go to whichever CPU is free next. A thread that wakes runs where it was if it
 * can; else it is queued, and a CPU is told: an idle one, then one that runs somebody worse, from the
 * next in turn on.
 *
 * Told CPUs are not told again until they have looked (rdyprocmask). A CPU that leaves work to others
 * looks again with the next tick, also if nobody tells it.
 */
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import { type Bsd4Machine, chooseFirst, chooseFor } from './bsd4-choice.ts';
import { BATCHMAX, type Bsd4, recalculate, resetPriority } from './bsd4-estimate.ts';
import { BSD4_DEFAULTS, type Bsd4Options } from './bsd4-options.ts';
import { addTick, ALL_QUEUES, forkEstcpu, PRIBASE_NULL, queueOf, SECOND_NS, sleptSeconds } from './estcpu.ts';
import { ENQ_MOVED, ENQ_NEW, ENQ_WAKEUP, type Policy, type PolicyHost } from './policy.ts';
import { RunQueues } from './run-queues.ts';

class UschedBsd4 implements Policy<Bsd4>, Bsd4Machine {
  readonly name = 'usched_bsd4';
  readonly tickNs: number;
  readonly #options: Required<Bsd4Options>;
  readonly queues = new RunQueues<Bsd4>(ALL_QUEUES);
  #host!: PolicyHost<Bsd4>;
  #current: (Task<Bsd4> | null)[] = [];
  /** Its priority (upri); PRIBASE_NULL where nobody runs. */
  #upris = new Int16Array(0);
  /** Ticks of the turn of who runs on each CPU. */
  #rrcount: number[] = [];
  /** CPUs that have not been told to look since they last did (rdyprocmask). */
  #isReady: boolean[] = [];
  #isOnline: boolean[] = [];
  /** CPUs that are to look again with the next tick. */
  #looksAgain: boolean[] = [];
  #scan = 0;
  #nextSecond = SECOND_NS;

  constructor(options: Required<Bsd4Options>) {
    this.#options = options;
    this.tickNs = options.tickNs;
  }

  init(host: PolicyHost<Bsd4>): void {
    this.#host = host;
    const { cpus } = host.topology;
    this.#current = cpus.map(() => null);
    this.#upris = new Int16Array(cpus.length).fill(PRIBASE_NULL);
    this.#rrcount = cpus.map(() => 0);
    this.#isReady = cpus.map(() => true);
    this.#isOnline = cpus.map(() => true);
    this.#looksAgain = cpus.map(() => false);
  }

  get topology(): Topology {
    return this.#host.topology;
  }

  get tickNumber(): number {
    return Math.floor(this.#host.now / this.tickNs);
  }

  // ---- estimates
  // -------------------------------------------------------------------------------------------------

  init_task(task: Task<Bsd4>): Bsd4 {
    const parent = (task.parent as Task<Bsd4> | null)?.data ?? null;
    return {
      estcpu: forkEstcpu(parent),
      cpticks: 0,
      cpbase: this.tickNumber,
      priority: -1,
      batch: parent === null ? 0 : BATCHMAX / 2,
      rebalTick: -2,
      home: parent?.home ?? 0,
      isForked: true,
      isAsleep: false,
    };
  }

  #recalculate(task: Task<Bsd4>, slept: number): void {
    const { decay } = this.#options;
    const cpus = this.#host.onlineCpus.length;
    const situation = { decay, tick: this.tickNumber, waiting: this.queues.length, cpus };
    if (recalculate(task.data, slept, situation)) this.#resetPriority(task);
  }

  #resetPriority(task: Task<Bsd4>): boolean {
    const isOther = resetPriority(task);
    if (this.#current[task.cpu] === task) this.#upris[task.cpu] = task.data.priority;
    if (isOther && this.queues.remove(task)) this.queues.push(task, queueOf(task.data.priority));
    return isOther;
  }

  /** What the system does once a second, for all who can run. */
  #catchUp(): void {
    if (this.#host.now < this.#nextSecond) return;
    this.#nextSecond = (Math.floor(this.#host.now / SECOND_NS) + 1) * SECOND_NS;
    for (const current of this.#current) if (current !== null) this.#recalculate(current, 0);
    for (const task of this.queues.all()) this.#recalculate(task, 0);
  }

  // ---- where to
  // -------------------------------------------------------------------------------------------------

  #setCurrent(cpu: number, task: Task<Bsd4> | null): void {
    this.#current[cpu] = task;
    this.#upris[cpu] = task === null ? PRIBASE_NULL : task.data.priority;
  }

  select_cpu(task: Task<Bsd4>, _previous: number, waker: Task<Bsd4> | null): number {
    const { data } = task;
    this.#catchUp();
    if (data.isForked) {
      data.isForked = false;
      this.#resetPriority(task);
      const found = this.#find(task);
      return found === -1 ? this.#anyFor(task, data.home) : found;
    }
    this.#recalculate(task, data.isAsleep ? sleptSeconds(task, this.#host.now) : 0);
    data.isAsleep = false;
    // It gets as far as its last CPU, which it takes if that is free or runs somebody worse.
    const isHome = this.#isOnline[data.home] && task.mayRunOn(data.home);
    if (isHome && this.#upris[data.home] > data.priority) return data.home;
    const found = this.#find(task);
    return found === -1 ? this.#anyFor(task, waker?.cpu ?? data.home) : found;
  }

  #anyFor(task: Task<Bsd4>, cpu: number): number {
    const isFit = (each: number): boolean => this.#isOnline[each] && task.mayRunOn(each);
    return isFit(cpu) ? cpu : (this.#host.onlineCpus.find(isFit) ?? cpu);
  }

  /** bsd4_setrunqueue: the CPU that is told, from the next in turn on; -1 if none needs to be. */
  #find(task: Task<Bsd4>): number {
    const count = this.#host.topology.count;
    const from = ++this.#scan % count;
    const queue = queueOf(task.data.priority);
    let [idle, worse, least] = [-1, -1, Infinity];
    for (let at = 0; at < count; at++) {
      const cpu = (from + at) % count;
      if (!this.#isOnline[cpu] || !this.#isReady[cpu] || !task.mayRunOn(cpu)) continue;
      if (this.#current[cpu] !== null) {
        if (worse === -1 && queueOf(this.#upris[cpu]) > queue) worse = cpu;
        continue;
      }
      // A core that is free, of all its threads; or beside who is the best, which is likely to sleep soon.
      const upri = this.#options.smt ? this.#upriBeside(cpu) : PRIBASE_NULL;
      if (upri === PRIBASE_NULL) return cpu;
      if (upri < least) [idle, least] = [cpu, upri];
    }
    return idle === -1 ? worse : idle;
  }

  /** The best priority that runs on other threads of a core; PRIBASE_NULL if one of them is free. */
  #upriBeside(cpu: number): number {
    let best = PRIBASE_NULL;
    for (const other of this.#host.topology.siblingsOf(cpu)) {
      if (this.#current[other] === null && this.#isReady[other]) return PRIBASE_NULL;
      best = Math.min(best, this.#upris[other]);
    }
    return best;
  }

  /** Tells a CPU to look for work, for a thread that waits. */
  #tell(cpu: number, priority: number): void {
    if (cpu === -1 || !this.#isReady[cpu]) return;
    const current = this.#current[cpu];
    if (current === null) {
      if (!this.#host.isIdle(cpu)) return;
      this.#isReady[cpu] = false;
      this.#host.kick(cpu);
    } else if (current.data.priority > priority) {
      this.#isReady[cpu] = false;
      this.#host.preempt(cpu);
    }
  }

  // ---- queues
  // -------------------------------------------------------------------------------------------------

  enqueue(task: Task<Bsd4>, flags: number): void {
    const { data } = task;
    const isPlaced = (flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) !== 0;
    if (!isPlaced) {
      this.#catchUp();
      this.#recalculate(task, 0);
    }
    this.queues.push(task, queueOf(data.priority));
    data.rebalTick = this.tickNumber;
    if (isPlaced) this.#tell(task.cpu, data.priority);
  }

  dequeue(task: Task<Bsd4>): void {
    this.queues.remove(task);
  }

  dispatch(cpu: number, previous: Task<Bsd4> | null): Task<Bsd4> | null {
    this.#isReady[cpu] = true;
    const isTold = previous === null;
    const found = isTold ? chooseFirst(cpu, this.queues) : chooseFor(cpu, this.#options, this);
    // Who had its turn takes the CPU back, if it is better than who was to have it.
    const isBack = previous !== null && found !== null && this.queues.has(previous) && previous.mayRunOn(cpu);
    const task = isBack && previous.data.priority < found.data.priority ? previous : found;
    if (task !== null) this.queues.remove(task);
    else if (this.queues.length > 0) this.#lookAgain(cpu);
    this.#setCurrent(cpu, task);
    // Who ran here and does not go on may do so elsewhere.
    const isQueued = previous !== null && this.queues.has(previous);
    if (isQueued) this.#tell(this.#find(previous), previous.data.priority);
    return task;
  }

  /** bsd4_kick_helper: the CPU of a thread is to take it, if it can. */
  leave(task: Task<Bsd4>): void {
    const { home, priority } = task.data;
    if (this.#isOnline[home] && task.mayRunOn(home)) this.#tell(home, priority);
  }

  /** For the choice: the worst priority that runs. */
  worstRunning(): number {
    let worst = -Infinity;
    for (const upri of this.#upris) if (upri !== PRIBASE_NULL && upri > worst) worst = upri;
    return worst;
  }

  #lookAgain(cpu: number): void {
    if (this.#looksAgain[cpu]) return;
    this.#looksAgain[cpu] = true;
    this.#host.at((this.tickNumber + 1) * this.tickNs, () => {
      this.#looksAgain[cpu] = false;
      if (this.queues.length > 0 && this.#host.isIdle(cpu)) this.#host.kick(cpu);
    });
  }

  running(task: Task<Bsd4>, cpu: number): void {
    task.slice = Infinity;
    task.data.home = cpu;
    this.#setCurrent(cpu, task);
    this.#rrcount[cpu] = 0;
  }

  stopping(task: Task<Bsd4>, isRunnable: boolean): void {
    this.#setCurrent(task.cpu, null);
    task.data.isAsleep = !isRunnable;
  }

  tick(task: Task<Bsd4>, cpu: number): void {
    this.#catchUp();
    const isOver = ++this.#rrcount[cpu] >= this.#options.rrInterval;
    if (isOver) this.#rrcount[cpu] = 0;
    addTick(task.data);
    const isOther = this.#resetPriority(task);
    // With nobody waiting it would take the CPU back.
    if ((isOther || isOver) && this.queues.length > 0) this.#host.preempt(cpu);
  }

  set_priority(task: Task<Bsd4>): void {
    if (this.#resetPriority(task) && this.#current[task.cpu] === task && this.queues.length > 0)
      this.#host.preempt(task.cpu);
  }

  cpu_offline(cpu: number): void {
    this.#isOnline[cpu] = false;
    this.#setCurrent(cpu, null);
  }

  cpu_online(cpu: number): void {
    this.#isOnline[cpu] = true;
    this.#isReady[cpu] = true;
  }
}

/** usched_bsd4 with DragonFly's constants, or others. */
export function bsd4(options: Bsd4Options = {}): Policy<Bsd4> {
  return new UschedBsd4({ ...BSD4_DEFAULTS, ...options });
}
