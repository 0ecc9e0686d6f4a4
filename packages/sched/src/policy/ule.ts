/**
 * Owns FreeBSD's ULE (sys/kern/sched_ule.c, FreeBSD 12): queues for each CPU, in which interactive threads
 * come before all others; a search of the machine's tree for a CPU whenever a thread becomes runnable;
 * CPUs that steal when they idle; and a balance every second or so, by which each donor gives one thread.
 *
 * Unlike there, the balance is made by whichever CPU has the first tick after its time, as idle ones have
 * none.
 */
import type { Task } from '../task/task.ts';
import { ENQ_EXPIRED, ENQ_MOVED, ENQ_NEW, ENQ_PREEMPTED, ENQ_WAKEUP } from './policy.ts';
import type { Policy, PolicyHost } from './policy.ts';
import { RunLinks } from './run-queues.ts';
import {
  addSleep,
  inherit,
  limitHistory,
  newUle,
  priorityOf,
  tickIncrement,
  ticksOf,
  type Ule,
  updateUse,
} from './ule-interactivity.ts';
import {
  PRI_IDLE_CPU,
  PRI_MAX_BATCH,
  PRI_MAX_INTERACT,
  PRI_MIN_IDLE,
  type UleOptions,
  type UleSettings,
  uleSettings,
} from './ule-options.ts';
import { UleQueue } from './ule-queue.ts';
import { type CpuGroup, pathOf, treeOf, UleSearch } from './ule-search.ts';

const CORE_CACHE = 2;

class UlePolicy implements Policy<Ule> {
  readonly name = 'ULE';
  readonly tickNs: number;
  /** Balances up to now; for experiments. */
  balances = 0;
  readonly #settings: UleSettings;
  readonly #increment: number;
  #host!: PolicyHost<Ule>;
  #queues: UleQueue[] = [];
  #search!: UleSearch;
  #top!: CpuGroup;
  #groupOf: readonly CpuGroup[] = [];
  #isOnline: boolean[] = [];
  /** Who runs there was told to stop by another CPU: it goes on first (SW_PREEMPT). */
  #isPreempted: boolean[] = [];
  /** CPU on which the waking that is under way happens. */
  #self = 0;
  #balanceAt: number;

  constructor(settings: UleSettings) {
    this.#settings = settings;
    this.tickNs = Math.round(1e9 / settings.stathz);
    this.#increment = tickIncrement(settings.stathz);
    this.#balanceAt = settings.balanceInterval > 0 ? settings.balanceInterval : Infinity;
  }

  init(host: PolicyHost<Ule>): void {
    this.#host = host;
    const { cpus } = host.topology;
    const links = new RunLinks<Ule>();
    this.#isOnline = cpus.map(() => true);
    this.#isPreempted = cpus.map(() => false);
    const { top, groupOf } = treeOf(host.topology);
    [this.#top, this.#groupOf] = [top, groupOf];
    this.#queues = groupOf.map((group) => new UleQueue(links, pathOf(group)));
    this.#search = new UleSearch(this.#queues, host.random('ule').next());
  }

  // ---- threads
  // -------------------------------------------------------------------------------------------------

  /** sched_fork: a child has what is left of a turn, and its parent pays a tick. */
  init_task(task: Task<Ule>): Ule {
    const data = newUle(this.#host.now);
    const parent = (task.parent as Task<Ule> | null)?.data ?? null;
    if (parent === null) return data;
    inherit(data, parent);
    const { slice, sliceMinDivisor } = this.#settings;
    data.slice = slice - Math.floor(slice / sliceMinDivisor);
    parent.runtime += this.#increment;
    limitHistory(parent);
    return data;
  }

  /** sched_exit: a parent is charged for how its children ran. */
  exit_task(task: Task<Ule>): void {
    const parent = task.parent as Task<Ule> | null;
    if (parent === null || parent.endedAt >= 0) return;
    parent.data.runtime += task.data.runtime;
    limitHistory(parent.data);
  }

  #setPriority(task: Task<Ule>): void {
    task.data.priority = priorityOf(task, this.#settings.interact);
  }

  set_priority(task: Task<Ule>): void {
    const queue = this.#queues[task.cpu];
    const isWaiting = queue.remove(task);
    this.#setPriority(task);
    if (isWaiting) queue.add(task, false);
    queue.refresh();
  }

  // ---- where to
  // -------------------------------------------------------------------------------------------------

  select_cpu(task: Task<Ule>, previous: number, waker: Task<Ule> | null): number {
    const { data } = task;
    const tick = ticksOf(this.#host.now);
    if (data.sleepsSince >= 0) {
      addSleep(data, tick - data.sleepsSince);
      updateUse(data, tick, false);
      data.sleepsSince = -1;
      data.slice = 0;
    }
    this.#setPriority(task);
    const maker = task.lastCpu === -1 ? task.parent : waker;
    this.#self = maker?.cpu ?? previous;
    return this.#pick(task, task.lastCpu === -1 ? this.#self : previous);
  }

  #isWarm(data: Ule, share: number): boolean {
    return data.rltick > ticksOf(this.#host.now) - share * this.#settings.affinity;
  }

  /** sched_pickcpu. */
  #pick(task: Task<Ule>, last: number): number {
    const { data } = task;
    const isFit = (cpu: number): boolean => task.mayRunOn(cpu) && this.#isOnline[cpu];
    if (isFit(last) && this.#isWarm(data, CORE_CACHE) && this.#isCoreIdle(last)) return last;
    const wanted = { isFit, prefer: last, mostLoad: Infinity };
    const cache = this.#cacheOf(last, data);
    let cpu = -1;
    if (cache !== null)
      cpu = this.#search.lowest(cache, { ...wanted, priority: Math.max(data.priority, PRI_MAX_BATCH) });
    if (cpu === -1) cpu = this.#search.lowest(this.#top, { ...wanted, priority: data.priority });
    if (cpu === -1) cpu = this.#search.lowest(this.#top, { ...wanted, priority: -1 });
    const [own, other] = [this.#queues[this.#self], this.#queues[cpu]];
    const staysHere = own.lowpri > data.priority && other.lowpri < PRI_MIN_IDLE && own.load <= other.load + 1;
    return staysHere && isFit(this.#self) ? this.#self : cpu;
  }

  #isCoreIdle(cpu: number): boolean {
    const group = this.#groupOf[cpu];
    if (!group.isCore) return this.#queues[cpu].lowpri >= PRI_MIN_IDLE;
    return group.cpus.every((each) => this.#queues[each].lowpri >= PRI_MIN_IDLE);
  }

  /** The largest group whose shared cache is still warm; null if that is everything, or none. */
  #cacheOf(cpu: number, data: Ule): CpuGroup | null {
    let found: CpuGroup | null = null;
    for (let group: CpuGroup | null = this.#groupOf[cpu]; group !== null; group = group.parent)
      if (!group.isCore && group.share > 0 && this.#isWarm(data, group.share)) found = group;
    return found === this.#top ? null : found;
  }

  // ---- queues
  // -------------------------------------------------------------------------------------------------

  enqueue(task: Task<Ule>, flags: number): void {
    if ((flags & (ENQ_NEW | ENQ_WAKEUP | ENQ_MOVED)) !== 0) {
      this.#queues[task.cpu].add(task, false);
      this.#notify(task, task.cpu !== this.#self);
      return;
    }
    const { cpu } = task;
    const goesOn = (flags & (ENQ_PREEMPTED | ENQ_EXPIRED)) === ENQ_PREEMPTED && this.#isPreempted[cpu];
    this.#isPreempted[cpu] = false;
    if (!task.mayRunOn(cpu)) {
      this.#self = cpu;
      task.cpu = this.#pick(task, cpu);
    }
    this.#queues[task.cpu].add(task, goesOn && task.cpu === cpu);
    if (task.cpu !== cpu) this.#notify(task, true);
  }

  /** sched_setpreempt on the own CPU, tdq_notify on others. */
  #notify(task: Task<Ule>, isRemote: boolean): void {
    const { cpu } = task;
    const { current } = this.#queues[cpu];
    if (current === null) {
      this.#host.kick(cpu);
      return;
    }
    const [priority, running] = [task.data.priority, current.data.priority];
    if (priority >= running) return;
    if (isRemote && !this.#isUrgent(priority, running)) return;
    this.#isPreempted[cpu] = isRemote || priority <= this.#settings.preemptThresh;
    this.#host.preempt(cpu);
  }

  /** sched_shouldpreempt of another CPU, whose thread is worse. */
  #isUrgent(priority: number, running: number): boolean {
    if (running >= PRI_MIN_IDLE) return true;
    const { preemptThresh } = this.#settings;
    if (preemptThresh === 0) return false;
    return priority <= preemptThresh || (priority <= PRI_MAX_INTERACT && running > PRI_MAX_INTERACT);
  }

  dequeue(task: Task<Ule>): void {
    this.#queues[task.cpu].remove(task);
  }

  dispatch(cpu: number): Task<Ule> | null {
    const queue = this.#queues[cpu];
    const task = queue.firstFor(cpu) ?? this.#steal(cpu);
    if (task !== null) queue.remove(task);
    return task;
  }

  /** tdq_idled: from the most loaded near by, then farther and farther away. */
  #steal(cpu: number): Task<Ule> | null {
    const { stealIdle, stealThresh } = this.#settings;
    if (!stealIdle) return null;
    const refused = new Set([cpu]);
    let group: CpuGroup | null = this.#groupOf[cpu];
    while (group !== null) {
      const from = this.#search.highest(group, stealThresh, (each) => !refused.has(each));
      if (from === -1) group = group.parent;
      else {
        const task = this.#move(from, cpu);
        if (task !== null) return task;
        refused.add(from);
      }
    }
    return null;
  }

  /** tdq_move; null if none of them may run there. */
  #move(from: number, to: number): Task<Ule> | null {
    const task = this.#queues[from].stealFor(to);
    if (task === null) return null;
    this.#queues[from].remove(task);
    task.cpu = to;
    this.#queues[to].add(task, false);
    return task;
  }

  running(task: Task<Ule>, cpu: number): void {
    const queue = this.#queues[cpu];
    const { data } = task;
    queue.current = task;
    queue.addLoad(1);
    queue.refresh();
    task.slice = Infinity;
    updateUse(data, ticksOf(this.#host.now), false);
  }

  stopping(task: Task<Ule>, isRunnable: boolean): void {
    const queue = this.#queues[task.cpu];
    const { data } = task;
    const tick = ticksOf(this.#host.now);
    updateUse(data, tick, true);
    data.rltick = tick;
    queue.current = null;
    queue.addLoad(-1);
    queue.refresh();
    if (!isRunnable) data.sleepsSince = tick;
  }

  // ---- the clock
  // -------------------------------------------------------------------------------------------------

  /** sched_clock. */
  tick(task: Task<Ule>, cpu: number): void {
    const { data } = task;
    const queue = this.#queues[cpu];
    if (this.#host.now >= this.#balanceAt * this.tickNs) this.#balance();
    queue.advance();
    updateUse(data, ticksOf(this.#host.now), true);
    data.runtime += this.#increment;
    limitHistory(data);
    this.#setPriority(task);
    queue.refresh();
    if (++data.slice < queue.sliceOf(this.#settings)) return;
    data.slice = 0;
    this.#host.preempt(cpu);
  }

  /** sched_balance: from half an interval to one and a half from now again. */
  #balance(): void {
    const { balanceInterval } = this.#settings;
    const ticks = Math.max(Math.floor(balanceInterval / 2), 1) + (this.#search.random() % balanceInterval);
    this.#balanceAt = Math.floor(this.#host.now / this.tickNs) + ticks;
    this.balances++;
    const donors = new Set(this.#host.onlineCpus);
    for (;;) {
      const high = this.#search.highest(this.#top, 2, (cpu) => donors.has(cpu));
      if (high === -1) return;
      donors.delete(high);
      if (donors.size === 0 || !this.#give(high, donors)) return;
    }
  }

  /** One thread from a CPU to the least loaded that may run one; false if no CPU has less to do than it. */
  #give(high: number, donors: Set<number>): boolean {
    const takers = new Set(donors);
    const wanted = { isFit: (cpu: number) => takers.has(cpu), priority: -1, prefer: high };
    for (let isFirst = true; ; isFirst = false) {
      const low = this.#search.lowest(this.#top, { ...wanted, mostLoad: this.#queues[high].load - 1 });
      if (low === -1) return !isFirst;
      const task = this.#move(high, low);
      if (task !== null) {
        // Who has been given one gives none.
        donors.delete(low);
        this.#notify(task, true);
        return true;
      }
      takers.delete(low);
    }
  }

  cpu_offline(cpu: number): void {
    this.#isOnline[cpu] = false;
    this.#queues[cpu].lowpri = PRI_IDLE_CPU;
  }

  cpu_online(cpu: number): void {
    this.#isOnline[cpu] = true;
  }

  /** Threads that run or wait on a CPU (tdq_load); for experiments. */
  loadOf(cpu: number): number {
    return this.#queues[cpu].load;
  }
}

/** ULE with FreeBSD's constants, or others. */
export function ule(
  options: UleOptions = {},
): Policy<Ule> & { readonly balances: number; loadOf(cpu: number): number } {
  return new UlePolicy(uleSettings(options));
}
