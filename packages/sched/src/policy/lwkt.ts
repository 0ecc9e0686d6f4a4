/**
 * Owns DragonFly's lightweight kernel threads as a policy of their own (sys/kern/lwkt_thread.c): a queue for
 * each CPU, 32 priorities, the highest first, in turn within a priority. Nobody migrates: a thread stays on
 * the CPU that it was made on, whatever the others do, so that this is what a kernel does, and no way to
 * share a machine among users; those have usched_bsd4 and usched_dfly on top of it.
 *
 * Only interrupt threads preempt (lwkt_preempt); whom they interrupt goes on when they block. Anybody else
 * who is more urgent waits for a tick, or for the CPU to become free.
 */
import type { Task } from '../task/task.ts';
import { ENQ_PREEMPTED, type Policy, type PolicyHost } from './policy.ts';
import { RunLinks, RunQueues } from './run-queues.ts';

/** Priorities (sys/sys/thread.h): more is more urgent. */
export const TDPRI = {
  IDLE_THREAD: 0,
  USER_SCHEDULER: 2,
  USER_IDLE: 4,
  USER_NORM: 6,
  USER_REAL: 8,
  KERN_USER: 10,
  KERN_DAEMON: 12,
  SOFT_NORM: 14,
  SOFT_TIMER: 16,
  INT_SUPPORT: 20,
  INT_LOW: 27,
  INT_MED: 28,
  INT_HIGH: 29,
  MAX: 31,
} as const;

const LEVELS = 32;
const FIRST_TIME_SHARING = 100;
const FIRST_IDLE = 140;

export interface LwktOptions {
  /** Time between ticks, at which threads of a priority take turns (hz), ns; default 10 ms. */
  readonly tickNs?: number;
  /** Threads from this priority on preempt at once (TDPRI_INT_LOW); default 27. */
  readonly preemptFrom?: number;
  /**
   * Where a new thread goes: to the CPU of who makes it, or to that with the fewest; default the
   * creator's.
   */
  readonly placement?: 'creator' | 'least';
}

/** LWKT's priority of a task: 31 less its own up to 31; else that of a real-time, normal or idle user. */
export function tdpriOf({ priority }: Task): number {
  if (priority < LEVELS) return TDPRI.MAX - Math.max(0, Math.floor(priority));
  if (priority < FIRST_TIME_SHARING) return TDPRI.USER_REAL;
  return priority < FIRST_IDLE ? TDPRI.USER_NORM : TDPRI.USER_IDLE;
}

interface Thread {
  /** Its CPU, for good. */
  home: number;
}

class Lwkt implements Policy<Thread> {
  readonly name = 'LWKT';
  readonly tickNs: number;
  readonly #options: Required<LwktOptions>;
  #host!: PolicyHost<Thread>;
  #queues: RunQueues<Thread>[] = [];
  /** Threads that have been given to each CPU and have not ended. */
  #threads: number[] = [];

  constructor(options: Required<LwktOptions>) {
    this.#options = options;
    this.tickNs = options.tickNs;
  }

  init(host: PolicyHost<Thread>): void {
    this.#host = host;
    const links = new RunLinks<Thread>();
    this.#queues = host.topology.cpus.map(() => new RunQueues<Thread>(LEVELS, links));
    this.#threads = host.topology.cpus.map(() => 0);
  }

  init_task(task: Task<Thread>): Thread {
    return { home: this.#settle(task, task.parent?.cpu ?? -1) };
  }

  exit_task(task: Task<Thread>): void {
    this.#threads[task.data.home]--;
  }

  /** Gives a thread a CPU, for good. */
  #settle(task: Task<Thread>, creator: number): number {
    const isFit = (cpu: number): boolean => task.mayRunOn(cpu) && this.#host.onlineCpus.includes(cpu);
    let home = this.#options.placement === 'creator' && isFit(creator) ? creator : -1;
    if (home === -1) {
      for (const cpu of this.#host.onlineCpus)
        if (isFit(cpu) && (home === -1 || this.#threads[cpu] < this.#threads[home])) home = cpu;
    }
    if (home === -1) home = this.#host.onlineCpus[0];
    this.#threads[home]++;
    return home;
  }

  select_cpu(task: Task<Thread>): number {
    const { data } = task;
    if (!task.mayRunOn(data.home) || !this.#host.onlineCpus.includes(data.home)) {
      this.#threads[data.home]--;
      data.home = this.#settle(task, -1);
    }
    return data.home;
  }

  enqueue(task: Task<Thread>, flags: number): void {
    const queue = this.#queues[task.cpu];
    const level = TDPRI.MAX - tdpriOf(task);
    // Whom an interrupt has stopped goes on where it was.
    if ((flags & ENQ_PREEMPTED) !== 0) queue.unshift(task, level);
    else queue.push(task, level);
    this.#preemptFor(task);
  }

  #preemptFor(task: Task<Thread>): void {
    const current = this.#host.current(task.cpu);
    const priority = tdpriOf(task);
    if (current !== null && priority >= this.#options.preemptFrom && priority > tdpriOf(current))
      this.#host.preempt(task.cpu);
  }

  dequeue(task: Task<Thread>): void {
    this.#queues[task.cpu].remove(task);
  }

  dispatch(cpu: number): Task<Thread> | null {
    const task = this.#queues[cpu].bestFor(cpu);
    if (task !== null) this.#queues[cpu].remove(task);
    return task;
  }

  running(task: Task<Thread>): void {
    task.slice = Infinity;
  }

  /** lwkt_schedulerclock: who runs goes behind its equals. */
  tick(task: Task<Thread>, cpu: number): void {
    const best = this.#queues[cpu].bestLevel();
    if (best !== -1 && best <= TDPRI.MAX - tdpriOf(task)) this.#host.preempt(cpu);
  }

  set_priority(task: Task<Thread>): void {
    const queue = this.#queues[task.cpu];
    if (!queue.remove(task)) return;
    queue.push(task, TDPRI.MAX - tdpriOf(task));
    this.#preemptFor(task);
  }
}

/** LWKT's own scheduler. */
export function lwkt({
  tickNs = 10_000_000,
  preemptFrom = TDPRI.INT_LOW,
  placement = 'creator',
}: LwktOptions = {}): Policy<Thread> {
  return new Lwkt({ tickNs, preemptFrom, placement });
}
