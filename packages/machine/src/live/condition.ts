/** Owns evaluating one clause of a wait (see `Condition` of @smplab/explore) on a live machine. Pure. */
import { EQUAL, GREATER_OR_EQUAL, LESS, NOT_EQUAL } from '@smplab/explore';

/** Whether `(word & mask) comparison value` holds. */
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
      throw new RangeError(`a live CPU cannot wait for comparison ${comparison}`);
  }
}
