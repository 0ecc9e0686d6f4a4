/**
 * Owns the conditions of `until`: an any-of list of `(word & mask) op value` (design.md, "Waiting"). Numbers
 * only, so that any thread can evaluate them without closures. The first clause lives in the operation
 * itself.
 */

/** How a masked word is compared; `ALWAYS` marks an operation that waits for nothing. */
export const ALWAYS = 0;
export const EQUAL = 1;
export const NOT_EQUAL = 2;
export const LESS = 3;
export const GREATER_OR_EQUAL = 4;
/**
 * Not a word at all: enabled once another strand has stepped (`yield`), or when a predicate over `peek`
 * holds.
 */
export const OTHER_STEPPED = 5;
export const PREDICATE = 6;

type Comparison = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** One clause of an `until`. */
export interface Condition {
  readonly location: number;
  readonly mask: number;
  readonly comparison: Comparison;
  readonly value: number;
}

/** Whether `(word & mask) op value` holds. */
export function holds(word: number, mask: number, comparison: number, value: number): boolean {
  const masked = word & mask;
  switch (comparison) {
    case EQUAL:
      return masked === value;
    case NOT_EQUAL:
      return masked !== value;
    case LESS:
      return masked < value;
    case GREATER_OR_EQUAL:
      return masked >= value;
    default:
      return comparison === ALWAYS;
  }
}
