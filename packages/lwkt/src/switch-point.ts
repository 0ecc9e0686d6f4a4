/**
 * Owns the place in a thread's code where it hands the CPU to another thread: to `yield*` it looks like an
 * operation, and the driver that resumes generators knows by what it yields that the thread has gone. One for
 * each context; used on the CPU of its thread.
 */

/** What a generator yields when it hands the CPU to another thread. */
export const SWITCHING: IteratorResult<unknown> = { done: false, value: undefined };

export class SwitchPoint {
  /** The thread to run next; when this one runs again, the one that ran before it. */
  other = 0;
  #isAway = false;
  readonly #result: { done: boolean; value: number } = { done: true, value: 0 };

  /** The thread is about to leave for another one. */
  begin(other: number): this {
    this.other = other;
    this.#isAway = false;
    return this;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    this.#isAway = !this.#isAway;
    if (this.#isAway) return SWITCHING;
    this.#result.value = this.other;
    return this.#result as IteratorResult<unknown>;
  }
}
