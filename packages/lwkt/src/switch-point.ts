/**
 * Owns the place in a thread's code where it hands the CPU to another thread: to `yield*` it looks like an
 * operation, and the driver that resumes generators knows by what it yields that the thread has gone. One for
 * each context; used on the CPU of its thread.
 */

/** What a generator yields when it hands the CPU to another thread. */
export const SWITCHING: IteratorResult<unknown> = { done: false, value: undefined };

/** What tells a thread that it runs again, and after which one; the same for all. */
const ARRIVED: { done: boolean; value: number } = { done: true, value: 0 };

export class SwitchPoint {
  /** The thread to run next; when this one runs again, the one that ran before it. */
  other = 0;
  #isAway = false;

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
    // Read by the `yield*` before any other thread can come here.
    ARRIVED.value = this.other;
    return ARRIVED as IteratorResult<unknown>;
  }
}
