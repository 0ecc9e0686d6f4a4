/**
 * Owns what a simulation tells those who want to know of each event: recorders of traces, checkers.
 */
import type { Task } from '../task/task.ts';

export interface SimulationListener {
  /** A CPU goes from a task to another; null is idle. `isRunnable`: the first could go on. */
  switched?(now: number, cpu: number, from: Task | null, to: Task | null, isRunnable: boolean): void;
  /** A task becomes runnable; `waker` is null for clocks. */
  woken?(now: number, task: Task, waker: Task | null): void;
  created?(now: number, task: Task): void;
  ended?(now: number, task: Task): void;
}
