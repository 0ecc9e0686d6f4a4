/**
 * Atomic operations under their BSD names, on one word of a `Memory`. Usable on any thread; they need no
 * guard. Every one is a full barrier (JavaScript has no weaker atomics), which satisfies acquire and release.
 * The observer of the memory is told before each. Values are int32 and wrap.
 */
import { AccessClass, AccessKind } from './access.ts';
import type { AccessKindNumber } from './access.ts';
import type { Memory } from './memory.ts';

/** Tells the observer and gives the words; refreshes the view when another thread grew the memory. */
function wordsFor(memory: Memory, index: number, kind: AccessKindNumber): Int32Array {
  if (index >= memory.words.length || index <= 0) memory.requireWord(index);
  if (memory.observer !== undefined) memory.observer.onAccess(kind, index, AccessClass.atomic);
  return memory.words;
}

/** `*p |= bits` */
export function atomic_set_int(memory: Memory, index: number, bits: number): void {
  Atomics.or(wordsFor(memory, index, AccessKind.readModifyWrite), index, bits);
}

/** `*p &= ~bits` */
export function atomic_clear_int(memory: Memory, index: number, bits: number): void {
  Atomics.and(wordsFor(memory, index, AccessKind.readModifyWrite), index, ~bits);
}

/** `*p += amount` */
export function atomic_add_int(memory: Memory, index: number, amount: number): void {
  Atomics.add(wordsFor(memory, index, AccessKind.readModifyWrite), index, amount);
}

/** `*p -= amount` */
export function atomic_subtract_int(memory: Memory, index: number, amount: number): void {
  Atomics.sub(wordsFor(memory, index, AccessKind.readModifyWrite), index, amount);
}

/** Adds and returns the value from before. */
export function atomic_fetchadd_int(memory: Memory, index: number, amount: number): number {
  return Atomics.add(wordsFor(memory, index, AccessKind.readModifyWrite), index, amount);
}

/** If `*p === expected`, stores `desired`; true when it did. */
export function atomic_cmpset_int(memory: Memory, index: number, expected: number, desired: number): boolean {
  const words = wordsFor(memory, index, AccessKind.readModifyWrite);
  return Atomics.compareExchange(words, index, expected, desired) === (expected | 0);
}

/** What `atomic_fcmpset_int` compares against and updates: a one-word local of the caller. */
export interface ExpectedValue {
  value: number;
}

/**
 * As `atomic_cmpset_int`, but on failure `expected.value` becomes what was found, ready for the next attempt.
 * @example
 * const old = { value: memory.load(p) };
 * while (!atomic_fcmpset_int(memory, p, old, old.value + 1));
 */
export function atomic_fcmpset_int(
  memory: Memory,
  index: number,
  expected: ExpectedValue,
  desired: number,
): boolean {
  const words = wordsFor(memory, index, AccessKind.readModifyWrite);
  const found = Atomics.compareExchange(words, index, expected.value, desired);
  if (found === (expected.value | 0)) return true;
  expected.value = found;
  return false;
}

/** Stores `value` and returns the value from before. */
export function atomic_swap_int(memory: Memory, index: number, value: number): number {
  return Atomics.exchange(wordsFor(memory, index, AccessKind.readModifyWrite), index, value);
}

/** Stores 0 and returns the value from before. */
export function atomic_readandclear_int(memory: Memory, index: number): number {
  return atomic_swap_int(memory, index, 0);
}

/** Loads; later accesses of this thread are not done before it. */
export function atomic_load_acq_int(memory: Memory, index: number): number {
  return Atomics.load(wordsFor(memory, index, AccessKind.read), index);
}

/** Stores; earlier accesses of this thread are visible before it. */
export function atomic_store_rel_int(memory: Memory, index: number, value: number): void {
  Atomics.store(wordsFor(memory, index, AccessKind.write), index, value);
}

/** Sets bit `bit & 31`; true when it was set before. */
export function atomic_testandset_int(memory: Memory, index: number, bit: number): boolean {
  const mask = 1 << (bit & 31);
  return (Atomics.or(wordsFor(memory, index, AccessKind.readModifyWrite), index, mask) & mask) !== 0;
}

/** Clears bit `bit & 31`; true when it was set before. */
export function atomic_testandclear_int(memory: Memory, index: number, bit: number): boolean {
  const mask = 1 << (bit & 31);
  return (Atomics.and(wordsFor(memory, index, AccessKind.readModifyWrite), index, ~mask) & mask) !== 0;
}

/**
 * A full memory fence. Implemented as a locked operation on a spare header word that no code reads; the
 * observer is not told, since a fence has no footprint.
 */
export function cpu_mfence(memory: Memory): void {
  Atomics.or(memory.words, FENCE_WORD, 0);
}

/** A load fence; as strong as `cpu_mfence` here. */
export function cpu_lfence(memory: Memory): void {
  cpu_mfence(memory);
}

/** A store fence; as strong as `cpu_mfence` here. */
export function cpu_sfence(memory: Memory): void {
  cpu_mfence(memory);
}

const FENCE_WORD = 12;
