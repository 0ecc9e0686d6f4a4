/**
 * Owns what a scheduling policy is: the callbacks of Linux's sched_ext under their names, as plain functions.
 * The simulator owns tasks and CPUs; the policy owns its queues. A task is in them from `enqueue` to
 * `dispatch` or `dequeue`; one that runs is in none. Whoever breaks that is told at once (PolicyError).
 *
 *     wakeup -> select_cpu -> enqueue -> [the CPU is idle, or was kicked] -> dispatch -> running
 *     running -> (slice over, preempted, yields) -> stopping(true) -> enqueue -> dispatch
 *     running -> (sleeps, blocks, ends) -> stopping(false) -> dispatch
 */
import type { RandomStream } from '../random-stream.ts';
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';

/** Why a task is enqueued: any of these. */
export const ENQ_WAKEUP = 1;
/** It has just been made. */
export const ENQ_NEW = 2;
/** Another was to run at once. */
export const ENQ_PREEMPTED = 4;
/** Its slice is over. */
export const ENQ_EXPIRED = 8;
/** It gave the CPU away, or has begun its next job without a pause. */
export const ENQ_YIELD = 16;
/** Where it was it may not be any more: the CPU went off, or its affinity changed. */
export const ENQ_MOVED = 32;

/** What a policy may ask of the simulator. */
export interface PolicyHost<D> {
  /** Virtual time, ns. */
  readonly now: number;
  readonly topology: Topology;
  /** CPUs that are not off, in order. */
  readonly onlineCpus: readonly number[];
  /** Who runs there; null when the CPU is idle. */
  current(cpu: number): Task<D> | null;
  isIdle(cpu: number): boolean;
  /** An idle CPU that the task may run on: the one it was on last, else the first; -1 if there is none. */
  idleCpuFor(task: Task<D>): number;
  /** Has a CPU look at the queues soon, if it is idle. */
  kick(cpu: number): void;
  /** Has it look even if it is not: what runs there goes back to the queues. */
  preempt(cpu: number): void;
  /** Has something done at a time. */
  at(timeNs: number, step: (now: number) => void): void;
  /** Time that the running task has had up to now, brought up to date. */
  account(task: Task<D>): void;
  /** A stream of random numbers of the policy's own. */
  random(name: string): RandomStream;
}

export interface Policy<D = null> {
  readonly name: string;
  /** Time between ticks of a CPU that runs something; none without it. */
  readonly tickNs?: number;
  /** Comes first of all. */
  init(host: PolicyHost<D>): void;
  /** A task begins: what the policy wants to know about it, which is `task.data` from now on. */
  init_task(task: Task<D>): D;
  exit_task?(task: Task<D>): void;
  /** The CPU on whose behalf a task that wakes is enqueued; without it the one it was on last. */
  select_cpu?(task: Task<D>, previous: number, waker: Task<D> | null): number;
  /** Takes a runnable task; `task.cpu` is where it is expected. */
  enqueue(task: Task<D>, flags: number): void;
  /** Gives one up that is not to run. */
  dequeue(task: Task<D>): void;
  /** The task that a CPU runs next; null to leave it idle. `previous` is enqueued, if it can go on. */
  dispatch(cpu: number, previous: Task<D> | null): Task<D> | null;
  running?(task: Task<D>, cpu: number): void;
  stopping?(task: Task<D>, isRunnable: boolean): void;
  tick?(task: Task<D>, cpu: number): void;
  /** Priority, weight or deadline of a task changed, by itself or because it holds what others wait for. */
  set_priority?(task: Task<D>): void;
  cpu_online?(cpu: number): void;
  cpu_offline?(cpu: number): void;
}

/** The policy did what no policy may; the message says what, with which task, where and when. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
