/**
 * Owns two listeners as one, of which the first hears of each event first: who measures a run, and who
 * records it.
 */
import type { Task } from '../task/task.ts';
import type { LockKind, SimulationListener } from './listener.ts';

export class ListenerPair implements Required<SimulationListener> {
  readonly #first: SimulationListener;
  readonly #second: SimulationListener;

  constructor(first: SimulationListener, second: SimulationListener) {
    this.#first = first;
    this.#second = second;
  }

  switched(now: number, cpu: number, from: Task | null, to: Task | null, isRunnable: boolean): void {
    this.#first.switched?.(now, cpu, from, to, isRunnable);
    this.#second.switched?.(now, cpu, from, to, isRunnable);
  }

  woken(now: number, task: Task, waker: Task | null): void {
    this.#first.woken?.(now, task, waker);
    this.#second.woken?.(now, task, waker);
  }

  created(now: number, task: Task): void {
    this.#first.created?.(now, task);
    this.#second.created?.(now, task);
  }

  enqueued(now: number, task: Task, waker: Task | null): void {
    this.#first.enqueued?.(now, task, waker);
    this.#second.enqueued?.(now, task, waker);
  }

  ended(now: number, task: Task): void {
    // The first may end the simulation by what it throws.
    this.#second.ended?.(now, task);
    this.#first.ended?.(now, task);
  }

  jobEnded(now: number, task: Task): void {
    this.#first.jobEnded?.(now, task);
    this.#second.jobEnded?.(now, task);
  }

  interrupted(now: number, from: number, to: number): void {
    this.#first.interrupted?.(now, from, to);
    this.#second.interrupted?.(now, from, to);
  }

  took(now: number, task: Task, what: LockKind, name: string): void {
    this.#first.took?.(now, task, what, name);
    this.#second.took?.(now, task, what, name);
  }

  gave(now: number, task: Task, what: LockKind, name: string): void {
    this.#first.gave?.(now, task, what, name);
    this.#second.gave?.(now, task, what, name);
  }
}
