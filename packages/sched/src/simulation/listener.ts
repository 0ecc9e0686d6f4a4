/**
 * Owns what a simulation tells those who want to know of each event: recorders of traces, checkers.
 */
import type { Task } from '../task/task.ts';

export type LockKind = 'token' | 'mutex';

export interface SimulationListener {
  /** A CPU goes from a task to another; null is idle. `isRunnable`: the first could go on. */
  switched?(now: number, cpu: number, from: Task | null, to: Task | null, isRunnable: boolean): void;
  /** A task becomes runnable; `waker` is null for clocks. */
  woken?(now: number, task: Task, waker: Task | null): void;
  created?(now: number, task: Task): void;
  /** A task that has been made or woken is in the queues, and is expected to run on `task.cpu`. */
  enqueued?(now: number, task: Task, waker: Task | null): void;
  ended?(now: number, task: Task): void;
  /** A job is done, before its deadline or not: `task.releasedAt`, `task.deadline` are still its own. */
  jobEnded?(now: number, task: Task): void;
  /** A CPU has another one look at the queues, by an IPI. */
  interrupted?(now: number, from: number, to: number): void;
  /** A task has a token or a mutex from now on, and no more. */
  took?(now: number, task: Task, what: LockKind, name: string): void;
  gave?(now: number, task: Task, what: LockKind, name: string): void;
}
