/**
 * Owns the operations of a live CPU: each is executed at once with Atomics. Only when the CPU's doorbell is
 * set, and interrupts may come, does it yield, once; the CPU then runs its handlers, and the operation is
 * executed when the thread is resumed. One object for all operations on words of a CPU, used again and again:
 * one class, so that no call of it is a look-up. One that has yielded stays with its context, and the CPU
 * takes another (Operations). Runs in the CPU's worker.
 */
import { type Condition, holds } from '@smplab/explore';
import { outOfMemory } from '@smplab/lwkt';
import type { LiveContext } from './context.ts';

/** What an operation yields when the CPU is wanted elsewhere. */
export const INTERRUPTED: IteratorResult<unknown> = { done: false, value: undefined };

/** What an operation returns that has no result. */
export const DONE: IteratorResult<unknown> = { done: true, value: undefined };

/** What an operation on a word does. */
export const LOAD = 0;
export const STORE = 1;
export const FETCHADD = 2;
export const CMPSET = 3;
export const SWAP = 4;
export const OR = 5;
export const AND = 6;
/** Every atomic access of JavaScript is a fence; this one is on a word of its own. */
export const FENCE = 7;

/** The word of fences. */
export const FENCE_WORD = 12;

/** An operation on one word: as `kind` says, with the operands `a` and `b`. */
export class WordOperation {
  kind = LOAD;
  location = 0;
  a = 0;
  b = 0;
  k!: LiveContext;
  #hasYielded = false;

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    const { k } = this;
    const { cpu } = k;
    if (this.#hasYielded) this.#hasYielded = false;
    else if (cpu.isWanted(k)) {
      this.#hasYielded = true;
      cpu.operations.word = new WordOperation();
      return INTERRUPTED;
    }
    cpu.beat();
    // Read by the `yield*` before anything else of this CPU can happen.
    const { result } = cpu;
    result.value = this.#perform(cpu.words);
    return result as IteratorResult<unknown>;
  }

  #perform(words: Int32Array): number | boolean | undefined {
    const { location, a } = this;
    let old: number;
    switch (this.kind) {
      case LOAD:
        return Atomics.load(words, location);
      case FETCHADD:
        old = Atomics.add(words, location, a);
        break;
      case CMPSET:
        if (Atomics.compareExchange(words, location, a, this.b) !== a) return false;
        this.k.cpu.written(location);
        return true;
      case OR:
        old = Atomics.or(words, location, a);
        break;
      case AND:
        old = Atomics.and(words, location, a);
        break;
      case STORE:
        Atomics.store(words, location, a);
        this.k.cpu.written(location);
        return undefined;
      case SWAP:
        old = Atomics.exchange(words, location, a);
        break;
      default:
        Atomics.or(words, location, 0);
        return undefined;
    }
    this.k.cpu.written(location);
    return old;
  }
}

/** Takes or gives back a block of kernel memory. */
export class HeapOperation {
  type = '';
  takes = false;
  pointer = 0;
  words = 0;
  flags = 0;
  /** There is no going on without the block. */
  panics = false;
  k!: LiveContext;
  #hasYielded = false;

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    const { k } = this;
    const { cpu } = k;
    if (this.#hasYielded) this.#hasYielded = false;
    else if (cpu.isWanted(k)) {
      this.#hasYielded = true;
      cpu.operations.heap = new HeapOperation();
      return INTERRUPTED;
    }
    cpu.beat();
    const { result } = cpu;
    if (this.takes) {
      const pointer = k.kmallocNow(this.type, this.words, this.flags);
      if (pointer === 0 && this.panics) k.panic(outOfMemory(this.type, this.words));
      result.value = pointer;
    } else {
      k.kfreeNow(this.type, this.pointer);
      result.value = undefined;
    }
    return result as IteratorResult<unknown>;
  }
}

/** Waits for words: looks a few times, then sleeps until one of them is written or the doorbell rings. */
export class Until {
  constructor(
    private readonly k: LiveContext,
    private readonly conditions: readonly Condition[],
  ) {}

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown> {
    const { cpu } = this.k;
    cpu.beat();
    for (;;) {
      if (this.#holds()) return DONE;
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
