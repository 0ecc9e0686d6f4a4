/**
 * Owns where the tasks of the fair policies are (kernel/sched/fair.c): a waking task goes to an idle CPU
 * as near as there is one, else to the least loaded; a CPU that has nothing to do takes a task from the
 * busiest group of its domains (newidle_balance); busy CPUs compare groups every so often (load_balance),
 * and see to it that idle ones, which have no ticks, do as well (nohz_idle_balance).
 */
import type { Task } from '../task/task.ts';
import { buildDomains, type Domain, type DomainGroup } from './domains.ts';
import type { FairBugs } from './fair-bugs.ts';
import type { Fair } from './fair-entity.ts';
import type { FairQueue } from './fair-queue.ts';
import type { PolicyHost } from './policy.ts';

/** Most tasks that are moved at a time (sysctl_sched_nr_migrate). */
const MOST_MOVED = 32;

/** Moves a task that waits from a queue to that of a CPU. */
export type Pull = (task: Task<Fair>, from: number, to: number) => void;

export class FairBalance {
  readonly #host: PolicyHost<Fair>;
  readonly #queues: readonly FairQueue[];
  readonly #pull: Pull;
  readonly #ticks: number;
  readonly #bugs: FairBugs;
  #domains: readonly (readonly Domain[])[] = [];
  #isOnline: boolean[];
  #nodes: readonly (readonly number[])[];
  /** Ticks of each CPU, and since when it is idle. */
  readonly #ticked: number[];
  readonly #idleSince: number[];

  /** Balances every so many ticks; 0 is never. */
  constructor(
    host: PolicyHost<Fair>,
    queues: readonly FairQueue[],
    pull: Pull,
    ticks: number,
    bugs: FairBugs = {},
  ) {
    this.#host = host;
    this.#queues = queues;
    this.#pull = pull;
    this.#ticks = ticks;
    this.#bugs = bugs;
    this.#ticked = queues.map(() => 0);
    this.#idleSince = queues.map(() => 0);
    this.#isOnline = queues.map(() => true);
    this.#nodes = host.topology.cpus.map((_, cpu) => host.topology.groupOf(cpu, 'node'));
    this.#build(false);
  }

  #build(isWithoutRemote: boolean): void {
    const { topology } = this.#host;
    const online = topology.cpus.flatMap((_, cpu) => (this.#isOnline[cpu] ? [cpu] : []));
    const { groupConstruction = false } = this.#bugs;
    this.#domains = buildDomains(topology, online, { groupConstruction, isWithoutRemote });
  }

  /** A CPU has gone off, or has come back. */
  setOnline(cpu: number, isOnline: boolean): void {
    this.#isOnline[cpu] = isOnline;
    this.#idleSince[cpu] = this.#host.now;
    this.#build(this.#bugs.missingDomains ?? false);
  }

  domainsOf(cpu: number): readonly Domain[] {
    return this.#domains[cpu];
  }

  // ---- who wakes
  // -------------------------------------------------------------------------------------------------

  #isFree(cpu: number): boolean {
    return this.#queues[cpu].length === 0 && this.#host.isIdle(cpu);
  }

  #isFit(task: Task<Fair>, cpu: number): boolean {
    return this.#isOnline[cpu] && task.mayRunOn(cpu);
  }

  /** The CPU for a task that becomes runnable; `previous` is where it ran, or who made it runs. */
  place(task: Task<Fair>, previous: number, waker: Task<Fair> | null): number {
    if (this.#isFit(task, previous) && this.#isFree(previous)) return previous;
    const node = this.#nodes[previous];
    if ((this.#bugs.overloadOnWakeup ?? false) && waker !== null && node.includes(waker.cpu)) {
      const found = this.#idleOf(task, node, false);
      const chosen = found === -1 ? this.#leastOf(task, node, previous) : found;
      if (chosen !== -1) return chosen;
    }
    if (this.#bugs.groupImbalance === true && task.lastCpu === -1) return this.#idlest(task, previous);
    for (const { near, isRemote } of this.#domains[previous]) {
      const found = this.#idleOf(task, near, isRemote);
      if (found !== -1) return found;
    }
    return this.#leastReached(task, previous);
  }

  /**
   * For a new task: down through the domains, each time into the group with the least load
   * (find_idlest_cpu).
   */
  #idlest(task: Task<Fair>, from: number): number {
    let cpu = from;
    for (let at = this.#domains[cpu].length - 1; at >= 0; at--) {
      // Nodes need not have as many levels each.
      if (at >= this.#domains[cpu].length) continue;
      const { local, others, imbalance } = this.#domains[cpu][at];
      let [best, least] = [local, (this.#measure(local) * 100) / imbalance];
      for (const group of others) {
        const load = this.#measure(group);
        if (load < least && group.cpus.some((each) => this.#isFit(task, each))) [best, least] = [group, load];
      }
      if (best === local && at > 0) continue;
      const found = this.#leastOf(task, best.cpus, best === local ? cpu : -1);
      if (found !== -1) cpu = found;
    }
    return this.#isFit(task, cpu) ? cpu : this.#leastOf(task, this.#host.onlineCpus, from);
  }

  /** An idle one: the first, or that which is idle longest. */
  #idleOf(task: Task<Fair>, cpus: readonly number[], isLongest: boolean): number {
    let best = -1;
    for (const cpu of cpus) {
      if (!this.#isFree(cpu) || !this.#isFit(task, cpu)) continue;
      if (!isLongest) return cpu;
      if (best === -1 || this.#idleSince[cpu] < this.#idleSince[best]) best = cpu;
    }
    return best;
  }

  /** The least loaded of some; of equals the one it was on. */
  #leastOf(task: Task<Fair>, cpus: readonly number[], previous: number): number {
    let best = previous !== -1 && this.#isFit(task, previous) ? previous : -1;
    for (const cpu of cpus) {
      if (!this.#isFit(task, cpu)) continue;
      if (best === -1 || this.#queues[cpu].load < this.#queues[best].load) best = cpu;
    }
    return best;
  }

  #leastReached(task: Task<Fair>, previous: number): number {
    let best = -1;
    for (const { near } of this.#domains[previous]) {
      const found = this.#leastOf(task, near, best === -1 ? previous : best);
      if (found !== -1) best = found;
    }
    if (best === -1 && this.#isFit(task, previous)) return previous;
    // It may run nowhere near.
    return best === -1 ? this.#leastOf(task, this.#host.onlineCpus, previous) : best;
  }

  // ---- who has nothing to do
  // -------------------------------------------------------------------------------------------------

  /** A CPU's queue has become empty. */
  idles(cpu: number): void {
    this.#idleSince[cpu] = this.#host.now;
  }

  /** For a CPU without tasks: whether it has one now. */
  whenIdle(cpu: number): boolean {
    for (const domain of this.#domains[cpu]) {
      const from = this.#busiestOf(domain, cpu, true);
      if (from === -1) continue;
      const task = this.#taskFor(cpu, from, Infinity);
      if (task === null) continue;
      this.#pull(task, from, cpu);
      return true;
    }
    return false;
  }

  /** The busiest CPU of the busiest of the other groups, if that is busier than the own; -1 if not. */
  #busiestOf(domain: Domain, cpu: number, isIdle: boolean): number {
    const { local, others, imbalance } = domain;
    let [busiest, most] = [-1, -1];
    const own = this.#measure(local);
    for (const group of others) {
      // The load of a CPU's own group is no more than its own.
      if (group.has.has(cpu) && this.#bugs.groupImbalance !== true) continue;
      const load = this.#measure(group);
      // With nothing to do it may take from whoever has somebody waiting: no group's least is less.
      const isBusier =
        isIdle && this.#bugs.groupImbalance !== true ? load >= own : load * 100 > own * imbalance;
      if (!isBusier || load <= most) continue;
      const found = this.#giverOf(group, cpu, isIdle ? 1 : 2);
      if (found !== -1) [busiest, most] = [found, load];
    }
    return busiest;
  }

  /** What a group is compared by: its average load, or that of its least loaded CPU. */
  #measure({ cpus }: DomainGroup): number {
    let [sum, least] = [0, Infinity];
    for (const cpu of cpus) {
      const { load } = this.#queues[cpu];
      sum += load;
      if (load < least) least = load;
    }
    return this.#bugs.groupImbalance === true ? sum / cpus.length : least;
  }

  /**
   * The CPU with the most load of those that have so many tasks, one of them waiting that may run
   * elsewhere.
   */
  #giverOf({ cpus }: DomainGroup, cpu: number, leastTasks: number): number {
    let best = -1;
    for (const other of cpus) {
      const queue = this.#queues[other];
      if (other === cpu || queue.length < leastTasks || queue.waiting.length === 0) continue;
      if (best !== -1 && queue.load <= this.#queues[best].load) continue;
      if (queue.waiting.tasks().some((task) => task.mayRunOn(cpu))) best = other;
    }
    return best;
  }

  /** One that waits there and may run here, no more than so much load: the one that waits longest. */
  #taskFor(cpu: number, from: number, mostLoad: number): Task<Fair> | null {
    return this.#queues[from].waiting.pick(
      (task) => task.data.load <= mostLoad && task.mayRunOn(cpu),
      (task, than) =>
        task.readyAt < than.readyAt ||
        (task.readyAt === than.readyAt && task.data.sequence < than.data.sequence),
    );
  }

  // ---- the clock
  // -------------------------------------------------------------------------------------------------

  /** A tick of a busy CPU. */
  tick(cpu: number): void {
    if (this.#ticks === 0) return;
    const tick = ++this.#ticked[cpu];
    if (tick % this.#ticks !== 0) return;
    const turn = tick / this.#ticks;
    for (const [at, domain] of this.#domains[cpu].entries()) {
      // Larger ones half as often each; and one CPU does it for all of its group (should_we_balance).
      if (turn % (1 << at) !== 0) break;
      if (this.#isChosen(domain, cpu)) this.#level(domain, cpu);
    }
    if (this.#queues[cpu].waiting.length > 0) this.#wakeIdle(cpu);
  }

  #isChosen({ local, isRemote }: Domain, cpu: number): boolean {
    const group = isRemote ? this.#nodes[cpu] : local.cpus;
    return group.find((each) => this.#isOnline[each]) === cpu;
  }

  /** Takes what makes it and the busiest CPU of the busiest group more alike. */
  #level(domain: Domain, cpu: number): void {
    const from = this.#busiestOf(domain, cpu, false);
    if (from === -1) return;
    let left = (this.#queues[from].load - this.#queues[cpu].load) / 2;
    for (let moved = 0; moved < MOST_MOVED && left > 0; moved++) {
      const task = this.#taskFor(cpu, from, left);
      if (task === null) return;
      left -= task.data.load;
      this.#pull(task, from, cpu);
    }
  }

  /** On behalf of CPUs that are idle, near ones first. */
  #wakeIdle(cpu: number): void {
    for (const { span } of this.#domains[cpu]) {
      for (const other of span) if (this.#isFree(other) && this.whenIdle(other)) this.#host.kick(other);
      if (this.#queues[cpu].waiting.length === 0) return;
    }
  }
}
