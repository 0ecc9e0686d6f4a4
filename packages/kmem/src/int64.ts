/**
 * 64-bit numbers in two words, low word first. Plain functions on a `Memory`; usable on any thread.
 *
 * Tear rule: a load reads low, then high; a store writes low, then high. Each half is whole, the pair is not:
 * without the guard of the field a reader may see the low half of one store and the high half of another. So
 * a 64-bit field is either guarded, or set before it is shared, or its readers bear a torn value. It can be
 * `owned`, `plain` or `relaxed`, never `atomic`.
 */
import { AccessClass } from './access.ts';
import type { AccessClassNumber } from './access.ts';
import type { Memory } from './memory.ts';

/** Reads a signed 64-bit number. */
export function loadInt64(
  memory: Memory,
  index: number,
  accessClass: AccessClassNumber = AccessClass.plain,
): bigint {
  const low = memory.load(index, accessClass);
  const high = memory.load(index + 1, accessClass);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Reads an unsigned 64-bit number. */
export function loadUint64(
  memory: Memory,
  index: number,
  accessClass: AccessClassNumber = AccessClass.plain,
): bigint {
  return BigInt.asUintN(64, loadInt64(memory, index, accessClass));
}

/** Writes a 64-bit number, signed or not, modulo 2^64. */
export function store64(
  memory: Memory,
  index: number,
  value: bigint,
  accessClass: AccessClassNumber = AccessClass.plain,
): void {
  memory.store(index, Number(BigInt.asIntN(32, value)), accessClass);
  memory.store(index + 1, Number(BigInt.asIntN(32, value >> 32n)), accessClass);
}

/**
 * Reads the pair without making a bigint: `pair[0]` is the low, `pair[1]` the high word, as int32. The caller
 * gives the pair, so that a loop allocates nothing.
 */
export function loadPair(
  memory: Memory,
  index: number,
  pair: Int32Array,
  accessClass: AccessClassNumber = AccessClass.plain,
): Int32Array {
  pair[0] = memory.load(index, accessClass);
  pair[1] = memory.load(index + 1, accessClass);
  return pair;
}
