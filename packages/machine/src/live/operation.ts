/**
 * Owns the operations of a live CPU: each is executed at once with Atomics. Only when the CPU's doorbell is
 * set, and interrupts may come, does it yield, once; the CPU then runs its handlers, and the operation is
 * executed when the thread is resumed. One object of each kind for each context, used again and again. Runs
 * in the CPU's worker.
 */
import { type Condition, holds } from '@smplab/explore';
import type { LiveContext } from './context.ts';

/** What an operation yields when the CPU is wanted elsewhere. */
export const INTERRUPTED: IteratorResult<unknown> = { done: false, value: undefined };

/** An operation on one word. */
export interface WordOperation {
  location: number;
  a: number;
  b: number;
}

abstract class LiveOperation implements WordOperation {
  location = 0;
  a = 0;
  b = 0;
  #hasYielded = false;
  protected readonly result: { done: boolean; value: unknown } = { done: true, value: undefined };

  constructor(protected readonly k: LiveContext) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    const { cpu } = this.k;
    if (!this.#hasYielded && cpu.isWanted(this.k)) {
      this.#hasYielded = true;
      return INTERRUPTED;
    }
    this.#hasYielded = false;
    cpu.beat();
    this.result.value = this.perform(cpu.words);
    return this.result as IteratorResult<unknown>;
  }

  protected abstract perform(words: Int32Array): number | boolean | undefined;
}

export class Load extends LiveOperation {
  protected override perform(words: Int32Array): number {
    return Atomics.load(words, this.location);
  }
}

export class Store extends LiveOperation {
  protected override perform(words: Int32Array): undefined {
    Atomics.store(words, this.location, this.a);
    this.k.cpu.written(this.location);
    return undefined;
  }
}

export class FetchAdd extends LiveOperation {
  protected override perform(words: Int32Array): number {
    const old = Atomics.add(words, this.location, this.a);
    this.k.cpu.written(this.location);
    return old;
  }
}

export class Cmpset extends LiveOperation {
  protected override perform(words: Int32Array): boolean {
    if (Atomics.compareExchange(words, this.location, this.a, this.b) !== this.a) return false;
    this.k.cpu.written(this.location);
    return true;
  }
}

export class Swap extends LiveOperation {
  protected override perform(words: Int32Array): number {
    const old = Atomics.exchange(words, this.location, this.a);
    this.k.cpu.written(this.location);
    return old;
  }
}

export class Or extends LiveOperation {
  protected override perform(words: Int32Array): number {
    const old = Atomics.or(words, this.location, this.a);
    this.k.cpu.written(this.location);
    return old;
  }
}

export class And extends LiveOperation {
  protected override perform(words: Int32Array): number {
    const old = Atomics.and(words, this.location, this.a);
    this.k.cpu.written(this.location);
    return old;
  }
}

/** Every atomic access of JavaScript is a fence; this one is on a word of its own. */
export class Fence extends LiveOperation {
  protected override perform(words: Int32Array): undefined {
    Atomics.or(words, FENCE_WORD, 0);
    return undefined;
  }
}

const FENCE_WORD = 12;

/** Takes or gives back a block of kernel memory. */
export class HeapOperation extends LiveOperation {
  work: (() => number) | null = null;

  protected override perform(): number {
    return (this.work as () => number)();
  }
}

/** Waits for words: looks a few times, then sleeps until one of them is written or the doorbell rings. */
export class Until {
  conditions: readonly Condition[] = [];
  readonly #result: { done: boolean; value: undefined } = { done: true, value: undefined };

  constructor(private readonly k: LiveContext) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    const { cpu } = this.k;
    cpu.beat();
    for (;;) {
      if (this.#holds()) return this.#result as IteratorResult<unknown>;
      if (cpu.isWanted(this.k)) return INTERRUPTED;
      cpu.waitForWord(this.k, this.conditions, this.#holds);
    }
  }

  readonly #holds = (): boolean => {
    const { words } = this.k.cpu;
    for (const { location, mask, comparison, value } of this.conditions) {
      if (holds(Atomics.load(words, location), mask, comparison, value)) return true;
    }
    return false;
  };
}
