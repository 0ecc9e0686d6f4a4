/**
 * Owns what a program may ask for: each request is an object that performs itself, made once and used again,
 * so that a program that computes and locks a million times allocates nothing.
 */
import type { SimulationListener } from '../simulation/listener.ts';
import type { Task } from './task.ts';

/** How a task goes on after a request. */
export const GO_ON = 0;
/** It has work to do: `task.remaining`. */
export const COMPUTE = 1;
/** It waits until it is woken. */
export const BLOCK = 2;
/** It goes back to the queues. */
export const GIVE_WAY = 3;
export type Outcome = typeof GO_ON | typeof COMPUTE | typeof BLOCK | typeof GIVE_WAY;

/** What requests need of the simulator. */
export interface RequestHost {
  readonly now: number;
  /** Who wants to know of locks that are taken and given. */
  readonly listener?: SimulationListener;
  /** Makes a task that waits runnable. `waker` is who does it: null for a clock. */
  wake(task: Task, waker: Task | null): void;
  /** Has a task woken at a time. */
  wakeAt(task: Task, timeNs: number): void;
  /** The deadline or priority of a task is another one. */
  priorityChanged(task: Task): void;
}

export interface Request {
  perform(host: RequestHost, task: Task): Outcome;
}

/** A program asked for something that cannot be. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** Whether it is a time that can be waited or worked for. */
export function checkDuration(what: string, name: string, ns: number): void {
  if (!Number.isFinite(ns) || ns < 0)
    throw new ProgramError(`task "${name}": ${what} of ${ns} ns: a number from 0 is needed`);
}
