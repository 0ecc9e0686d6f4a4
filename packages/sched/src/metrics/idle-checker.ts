/**
 * Owns the check of "Wasted Cores" (Lozi et al., EuroSys 2016), section 4.1: every second it looks whether
 * a CPU is idle while a task waits that may run there; and if so again 100 ms later, as what the policy
 * mends by itself meanwhile is no fault. It is a listener, and looks at times between events without being
 * one.
 */
import type { SimulationListener } from '../simulation/listener.ts';
import type { Task } from '../task/task.ts';

export interface IdleCheckerOptions {
  /** CPUs of the machine. */
  readonly cpus: number;
  /** Between looks, ns; default 1 s. */
  readonly periodNs?: number;
  /** From a look that finds something to the second one; default 100 ms. */
  readonly watchNs?: number;
}

/** A CPU was idle at both looks, and so was there somebody who waited that could have run there. */
export interface IdleReport {
  readonly fromNs: number;
  readonly untilNs: number;
  /** At the second look. */
  readonly idleCpus: readonly number[];
  /** Who could have run on the first of those, and where it waited. */
  readonly task: string;
  readonly waitsOn: number;
  readonly waiting: number;
}

export class IdleChecker implements SimulationListener {
  readonly reports: IdleReport[] = [];
  checks = 0;
  readonly #periodNs: number;
  readonly #watchNs: number;
  readonly #isIdle: boolean[];
  readonly #isOff: boolean[];
  readonly #waiting = new Set<Task>();
  #checkAt: number;
  #foundAt = -1;

  constructor({ cpus, periodNs = 1_000_000_000, watchNs = 100_000_000 }: IdleCheckerOptions) {
    this.#periodNs = periodNs;
    this.#watchNs = watchNs;
    this.#isIdle = Array.from({ length: cpus }, () => true);
    this.#isOff = Array.from({ length: cpus }, () => false);
    this.#checkAt = periodNs;
  }

  /** Looks whenever it is to up to a time; called with each event, and to be called at the end of a run. */
  upTo(now: number): void {
    while (this.#checkAt <= now) this.#check();
  }

  #check(): void {
    const now = this.#checkAt;
    this.checks++;
    const report = this.#find(now);
    if (this.#foundAt === -1 && report !== null) {
      this.#foundAt = now;
      this.#checkAt = now + this.#watchNs;
      return;
    }
    if (report !== null) this.reports.push(report);
    this.#foundAt = -1;
    this.#checkAt = (Math.floor(now / this.#periodNs) + 1) * this.#periodNs;
  }

  #find(now: number): IdleReport | null {
    const idleCpus = this.#isIdle.flatMap((isIdle, cpu) => (isIdle && !this.#isOff[cpu] ? [cpu] : []));
    for (const task of this.#waiting) {
      const fit = idleCpus.filter((cpu) => task.mayRunOn(cpu));
      if (fit.length === 0) continue;
      const { name, cpu } = task;
      const waiting = this.#waiting.size;
      const fromNs = this.#foundAt === -1 ? now : this.#foundAt;
      return { fromNs, untilNs: now, idleCpus: fit, task: name, waitsOn: cpu, waiting };
    }
    return null;
  }

  /** A CPU goes off, or comes back: whoever makes it do so says it. */
  setOnline(now: number, cpu: number, isOnline: boolean): void {
    this.upTo(now);
    this.#isOff[cpu] = !isOnline;
  }

  created(now: number, task: Task): void {
    this.upTo(now);
    this.#waiting.add(task);
  }

  woken(now: number, task: Task): void {
    this.upTo(now);
    this.#waiting.add(task);
  }

  switched(now: number, cpu: number, from: Task | null, to: Task | null, isRunnable: boolean): void {
    this.upTo(now);
    if (from !== null && isRunnable) this.#waiting.add(from);
    if (to !== null) this.#waiting.delete(to);
    this.#isIdle[cpu] = to === null;
  }

  ended(now: number, task: Task): void {
    this.upTo(now);
    this.#waiting.delete(task);
  }
}
