/**
 * Owns the memory of `k`: kmalloc in bytes, words that a token or lock guards, structs, and atomic
 * operations. A pointer is the number of a word.
 */
import type { Condition, Step } from '@smplab/explore';
import { type FieldTypes, M_WAITOK, M_ZERO, type Pointer, type Struct, type ViewOf } from '@smplab/kmem';
import type { Steps } from '@smplab/lwkt';
import { checkedText, checkedWord } from './argument.ts';
import { KernelLocks } from './kernel-locks.ts';
import { KernelViews } from './kernel-views.ts';

const BYTES_PER_WORD = 4;

export abstract class KernelMemory extends KernelLocks {
  readonly #views = new KernelViews(this.context);

  /** `bytes` of kernel memory of a type, zeroed unless the flags say otherwise; a word number. */
  *kmalloc(type: string, bytes: number, flags = M_WAITOK | M_ZERO): Steps<number> {
    const k = this.context;
    checkedText(k, type, 'kmalloc');
    if (!Number.isInteger(bytes) || bytes < 1) {
      k.misuse(
        'scenario-misuse',
        `kmalloc("${type}") was given ${String(bytes)} bytes: a whole number from 1 is needed`,
      );
    }
    const words = Math.ceil(bytes / BYTES_PER_WORD);
    const pointer = yield* k.allocate(type, words, (flags & M_ZERO) !== 0);
    if (pointer === 0 && (flags & M_WAITOK) !== 0)
      k.panic(`kmalloc: out of kernel memory for ${bytes} bytes of ${type}`);
    return pointer;
  }

  /** Gives a block back. */
  kfree(pointer: number, type: string): Step<void> {
    return this.context.free(checkedText(this.context, type, 'kfree'), pointer);
  }

  /** A struct as `kmalloc` makes it. Reports call its words by their fields. */
  *kmallocStruct<N extends string, F extends FieldTypes>(
    struct: Struct<N, F>,
    type: string,
    flags = M_WAITOK | M_ZERO,
  ): Steps<Pointer<N>> {
    const pointer = (yield* this.kmalloc(type, struct.size * BYTES_PER_WORD, flags)) as Pointer<N>;
    this.#views.know(struct, type);
    return pointer;
  }

  /**
   * The struct at a pointer: its plain fields are read and written as by `get` and `set`. Atomic and relaxed
   * fields are operations on `Struct.addressOf(pointer, 'field')`. A view belongs to this thread; `at` moves
   * it.
   */
  view<N extends string, F extends FieldTypes>(struct: Struct<N, F>, pointer: number): ViewOf<N, F> {
    return this.#views.view(struct, pointer);
  }

  /** Reads a word that a token or lock guards: no step of its own, but checked for races. */
  get(location: number): number {
    return this.context.get(location);
  }

  /** Writes such a word. */
  set(location: number, value: number): void {
    this.context.set(location, value);
  }

  atomic_load_acq_int(location: number): Step<number> {
    return this.context.load(location);
  }

  atomic_store_rel_int(location: number, value: number): Step<void> {
    return this.context.store(location, checkedWord(this.context, value, 'atomic_store_rel_int'));
  }

  /** A load that orders nothing. */
  atomic_load_int(location: number): Step<number> {
    return this.context.loadRelaxed(location);
  }

  atomic_store_int(location: number, value: number): Step<void> {
    return this.context.storeRelaxed(location, checkedWord(this.context, value, 'atomic_store_int'));
  }

  atomic_fetchadd_int(location: number, delta: number): Step<number> {
    return this.context.fetchadd(location, checkedWord(this.context, delta, 'atomic_fetchadd_int'));
  }

  atomic_cmpset_int(location: number, expected: number, desired: number): Step<boolean> {
    return this.context.cmpset(location, expected, checkedWord(this.context, desired, 'atomic_cmpset_int'));
  }

  atomic_swap_int(location: number, value: number): Step<number> {
    return this.context.swap(location, checkedWord(this.context, value, 'atomic_swap_int'));
  }

  atomic_set_int(location: number, bits: number): Step<number> {
    return this.context.or(location, bits);
  }

  atomic_clear_int(location: number, bits: number): Step<number> {
    return this.context.and(location, ~bits);
  }

  cpu_mfence(): Step<void> {
    return this.context.fence();
  }

  /**
   * Waits, with the CPU, until `(word & mask) comparison value` (EQUAL, NOT_EQUAL ... of @smplab/explore).
   */
  until(location: number, comparison: Condition['comparison'], value: number, mask = -1): Step<void> {
    return this.context.until(location, comparison, value, mask);
  }
}
