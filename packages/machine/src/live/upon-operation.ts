/**
 * Owns a step with a consequence (Context.upon) on a live CPU: the step is an operation that is executed at
 * once, and what follows from its result is seldom more. One object for each CPU, used again and again; one
 * that has more to do, or has yielded, stays with its context until it is done. Runs in the CPU's worker.
 */
import type { Consequence, Steps } from '@smplab/lwkt';
import type { LiveContext } from './context.ts';
import { DONE } from './operation.ts';
import type { Operations } from './operations.ts';

export class UponOperation {
  step!: Iterator<unknown>;
  then!: Consequence<unknown>;
  arg = 0;
  k!: LiveContext;
  #rest: Steps<unknown> | null = null;
  /** It stays with its context. */
  #isAway = false;

  constructor(private readonly operations: Operations) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: unknown): IteratorResult<unknown> {
    if (this.#rest !== null) return this.#goOn(this.#rest, value);
    const result = this.step.next();
    // Interrupted: the step is still to be made.
    if (result.done !== true) {
      this.#stay();
      return result;
    }
    // What follows may use this object again, unless that is what follows.
    const rest = this.then(this.k, result.value, this.arg) as Steps<unknown> | this | null;
    if (rest === null) return this.#finish();
    if (rest === this) return this.next();
    this.#stay();
    this.#rest = rest as Steps<unknown>;
    return this.#goOn(this.#rest, undefined);
  }

  #goOn(rest: Steps<unknown>, value: unknown): IteratorResult<unknown> {
    const result = rest.next(value);
    return result.done === true ? this.#finish() : result;
  }

  #stay(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.operations.upon = new UponOperation(this.operations);
  }

  #finish(): IteratorResult<unknown> {
    if (this.#isAway) {
      this.#isAway = false;
      this.#rest = null;
      this.operations.upon = this;
    }
    return DONE;
  }
}
