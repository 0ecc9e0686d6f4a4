/**
 * Owns what belongs to events that are no CPU's: a task that is to wake, or something to be done.
 */
import type { Task } from '../task/task.ts';

/** Something that is done at a time. */
export type Step = (now: number) => void;

export class StepTable<D> {
  readonly #tasks: (Task<D> | undefined)[] = [];
  readonly #steps: (Step | undefined)[] = [];

  setTask(event: number, task: Task<D>): void {
    this.#tasks[event] = task;
    this.#steps[event] = undefined;
  }

  setStep(event: number, step: Step): void {
    this.#steps[event] = step;
    this.#tasks[event] = undefined;
  }

  taskAt(event: number): Task<D> | undefined {
    return this.#tasks[event];
  }

  takeStep(event: number): Step {
    const step = this.#steps[event];
    if (step === undefined) throw new Error(`event ${event} is nobody's`);
    this.#steps[event] = undefined;
    return step;
  }
}
