/**
 * Owns a step with a consequence (Context.upon) on a live CPU: the step is an operation that is executed at
 * once, and what follows from its result is seldom more. One object for each context, used again and again.
 * Runs in the CPU's worker.
 */
import type { Consequence, Steps } from '@smplab/lwkt';
import type { LiveContext } from './context.ts';
import { DONE } from './operation.ts';

export class UponOperation {
  step!: Iterator<unknown>;
  then!: Consequence<unknown>;
  arg = 0;
  /** It carries out a consequence: code of this context that asks for another one needs a generator. */
  isBusy = false;
  #rest: Steps<unknown> | null = null;

  constructor(private readonly k: LiveContext) {}

  /** Forgets what is dropped in the middle. */
  reset(): void {
    this.isBusy = false;
    this.#rest = null;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: unknown): IteratorResult<unknown> {
    if (this.#rest !== null) return this.#goOn(this.#rest, value);
    const result = this.step.next();
    // Interrupted: the step is still to be made.
    if (result.done !== true) return result;
    this.isBusy = true;
    const rest = this.then(this.k, result.value, this.arg);
    if (rest !== null) {
      this.#rest = rest;
      return this.#goOn(rest, undefined);
    }
    this.isBusy = false;
    return DONE;
  }

  #goOn(rest: Steps<unknown>, value: unknown): IteratorResult<unknown> {
    const result = rest.next(value);
    if (result.done === true) {
      this.#rest = null;
      this.isBusy = false;
    }
    return result;
  }
}
