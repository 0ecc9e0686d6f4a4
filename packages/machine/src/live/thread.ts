/**
 * Owns what a live CPU holds of a thread besides its words: the generators that run on behalf of it,
 * innermost last, and its place in a switch. Runs in the CPU's worker; never leaves it.
 */
import type { LiveContext } from './context.ts';

/** What a generator yields when it hands the CPU to another thread. */
export const SWITCHING: IteratorResult<unknown> = { done: false, value: undefined };

/** The part of a switch that looks like an operation. */
export class LiveSwitch {
  /** The thread to run next; when this one runs again, the one that ran before it. */
  other = 0;
  #isAway = false;
  readonly #result: { done: boolean; value: number } = { done: true, value: 0 };

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

/** Code that runs, and the context it runs with. */
export interface Frame {
  readonly generator: Generator;
  readonly context: LiveContext;
}

export class LiveThread {
  readonly frames: Frame[] = [];

  constructor(readonly td: number) {}

  get top(): Frame {
    return this.frames[this.frames.length - 1];
  }
}
