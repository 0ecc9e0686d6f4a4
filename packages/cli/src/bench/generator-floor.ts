/**
 * Owns the yardstick of the benchmark: how many steps a second this machine, now, lets any explorer on
 * generators make. Four threads of a thousand operations each, announced and performed by `yield*`, picked at
 * random, and nothing else: no memory model, no enabled set, no clocks, no trace. Rates are to be read
 * against it.
 */

const THREADS = 4;
const OPERATIONS = 1000;
const ANNOUNCED = { done: false, value: undefined };

/** An operation that is its own iterator: the first `next` announces it, the second performs it. */
class BareOperation {
  readonly #result = { done: true, value: 0 };
  #isAnnounced = false;

  [Symbol.iterator](): this {
    return this;
  }

  next(): { done: boolean; value: unknown } {
    this.#isAnnounced = !this.#isAnnounced;
    if (this.#isAnnounced) return ANNOUNCED;
    this.#result.value++;
    return this.#result;
  }
}

function* thread(): Generator<unknown, void> {
  const operation = new BareOperation();
  for (let i = 0; i < OPERATIONS; i++) yield* operation;
}

/** Runs the threads to their end once; gives the number of steps. */
export function runBareThreads(seed: number): number {
  const live = Array.from({ length: THREADS }, thread);
  for (const each of live) each.next();
  let state = seed | 1;
  let steps = 0;
  while (live.length > 0) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const position = (state >>> 0) % live.length;
    steps++;
    if (live[position].next().done === true) live.splice(position, 1);
  }
  return steps;
}
