/**
 * Owns the queues of a CPU under ULE (struct tdq): those for interactive threads, by priority; the
 * calendar of 64 slots for the others, which are put in some slots ahead of `idx` by their priority and
 * taken at `ridx`, so that each slot's turn comes; and those for idle work. The running thread counts as
 * load, but is not here.
 */
import type { Task } from '../task/task.ts';
import { RunLinks, RunQueues } from './run-queues.ts';
import type { Ule } from './ule-interactivity.ts';
import {
  PRI_BATCH_RANGE,
  PRI_IDLE_CPU,
  PRI_MAX_BATCH,
  PRI_MIN_BATCH,
  RQ_NQS,
  RQ_PPQ,
  type UleSettings,
} from './ule-options.ts';

export class UleQueue {
  readonly #realtime: RunQueues<Ule>;
  readonly #timeshare: RunQueues<Ule>;
  readonly #idle: RunQueues<Ule>;
  current: Task<Ule> | null = null;
  idx = 0;
  ridx = 0;
  /** The best priority that runs or waits here (tdq_lowpri). */
  lowpri = PRI_IDLE_CPU;
  /** Threads that run or wait here (tdq_load), and those that wait (tdq_transferable). */
  load = 0;
  waiting = 0;

  readonly #groups: readonly { load: number }[];

  /** Queues of all CPUs share links; `groups` are those of the machine's tree that the CPU is in. */
  constructor(links = new RunLinks<Ule>(), groups: readonly { load: number }[] = []) {
    this.#groups = groups;
    this.#realtime = new RunQueues<Ule>(RQ_NQS, links);
    this.#timeshare = new RunQueues<Ule>(RQ_NQS, links);
    this.#idle = new RunQueues<Ule>(RQ_NQS, links);
  }

  /** tdq_load_add and tdq_load_rem: counts threads in, or out. */
  addLoad(count: number): void {
    this.load += count;
    for (const group of this.#groups) group.load += count;
  }

  #setOf(priority: number): RunQueues<Ule> {
    if (priority < PRI_MIN_BATCH) return this.#realtime;
    return priority <= PRI_MAX_BATCH ? this.#timeshare : this.#idle;
  }

  /** tdq_runq_add; `isPreempted`: it goes on before others of its queue, and where the calendar is. */
  add(task: Task<Ule>, isPreempted: boolean): void {
    const { priority } = task.data;
    const set = this.#setOf(priority);
    const level =
      set === this.#timeshare ? this.#slotFor(priority, isPreempted) : Math.floor(priority / RQ_PPQ);
    task.data.level = level;
    if (isPreempted) set.unshift(task, level);
    else set.push(task, level);
    this.waiting++;
    this.addLoad(1);
    if (priority < this.lowpri) this.lowpri = priority;
  }

  #slotFor(priority: number, isPreempted: boolean): number {
    if (isPreempted) return this.ridx;
    const ahead = Math.trunc((RQ_NQS * (priority - PRI_MIN_BATCH)) / PRI_BATCH_RANGE);
    const slot = (ahead + this.idx) % RQ_NQS;
    // The slot that is being emptied would come first, not last.
    return this.ridx !== this.idx && slot === this.ridx ? (slot + RQ_NQS - 1) % RQ_NQS : slot;
  }

  /** tdq_runq_rem; who was taken runs now, or is gone. False if it was not here. */
  remove(task: Task<Ule>): boolean {
    const { level } = task.data;
    if (level === -1) return false;
    const set = this.#setOf(task.data.priority);
    set.remove(task);
    task.data.level = -1;
    const isEmptied = set === this.#timeshare && this.#timeshare.isEmptyAt(level);
    if (isEmptied && this.idx !== this.ridx && this.ridx === level) this.ridx = (level + 1) % RQ_NQS;
    this.waiting--;
    this.addLoad(-1);
    this.refresh();
    return true;
  }

  /** A tick: the calendar goes on to the next slot, if the one before it has been emptied. */
  advance(): void {
    if (this.idx !== this.ridx) return;
    this.idx = (this.idx + 1) % RQ_NQS;
    if (this.#timeshare.isEmptyAt(this.ridx)) this.ridx = this.idx;
  }

  /** tdq_setlowpri. */
  refresh(): void {
    const first = this.waiting === 0 ? null : this.first();
    const running = this.current?.data.priority ?? PRI_IDLE_CPU;
    this.lowpri = Math.min(running, first?.data.priority ?? PRI_IDLE_CPU);
  }

  /** tdq_choose: who is next, left where it is. */
  first(): Task<Ule> | null {
    if (this.#realtime.length > 0) return this.#realtime.firstAt(this.#realtime.bestLevel());
    if (this.#timeshare.length > 0) {
      const level = this.#timeshare.bestLevel(this.ridx);
      return this.#timeshare.firstAt(level === -1 ? this.#timeshare.bestLevel() : level);
    }
    return this.#idle.length > 0 ? this.#idle.firstAt(this.#idle.bestLevel()) : null;
  }

  /** Who is next of those that a CPU may run. */
  firstFor(cpu: number): Task<Ule> | null {
    const first = this.first();
    if (first === null || first.mayRunOn(cpu)) return first;
    return this.#realtime.bestFor(cpu) ?? this.#timeshareFor(cpu, false) ?? this.#idle.bestFor(cpu);
  }

  /** tdq_steal: the thread that another CPU takes. */
  stealFor(cpu: number): Task<Ule> | null {
    return this.#realtime.bestFor(cpu) ?? this.#timeshareFor(cpu, true) ?? this.#idle.bestFor(cpu);
  }

  /** From where the calendar is; `keepsFirst`: the one that would run next only if there is no other. */
  #timeshareFor(cpu: number, keepsFirst: boolean): Task<Ule> | null {
    const set = this.#timeshare;
    let isFirst = keepsFirst;
    let first: Task<Ule> | null = null;
    for (const [from, to] of [
      [this.ridx, RQ_NQS],
      [0, this.ridx],
    ]) {
      for (let level = set.bestLevel(from); level !== -1 && level < to; level = set.bestLevel(level + 1)) {
        for (let task = set.firstAt(level); task !== null; task = set.nextOf(task)) {
          if (!isFirst && task.mayRunOn(cpu)) return task;
          if (isFirst) first = task;
          isFirst = false;
        }
      }
    }
    return first?.mayRunOn(cpu) === true ? first : null;
  }

  /** tdq_slice, in ticks: less the more wait. */
  sliceOf({ slice, sliceMinDivisor }: UleSettings): number {
    const others = this.load - 1;
    if (others >= sliceMinDivisor) return Math.max(1, Math.floor(slice / sliceMinDivisor));
    return others <= 1 ? slice : Math.max(1, Math.floor(slice / others));
  }
}
