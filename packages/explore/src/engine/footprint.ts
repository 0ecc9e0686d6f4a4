/**
 * Owns the vocabulary of footprints: what a step reads and writes, and in which access class (design.md,
 * section 1). Pure numbers: strategies, race detection and (later) partial-order reduction see nothing else
 * of an operation.
 */

/** The step reads the location. */
export const READ = 1;
/** The step writes the location. */
export const WRITE = 2;
/** The step reads and writes the location in one go. */
export const READ_WRITE = 3;
/**
 * Access classes, or-ed to the direction. Plain accesses are race-checked; relaxed ones neither race nor
 * order.
 */
export const PLAIN = 0;
export const RELAXED = 4;
export const ATOMIC = 8;

/** One location touched by a step: a kmem word index and an or of direction and class. */
export interface Access {
  readonly location: number;
  readonly access: number;
}

/** Two accesses conflict when they touch one location and at least one writes it. */
export function conflicts(a: Access, b: Access): boolean {
  return a.location === b.location && ((a.access | b.access) & WRITE) !== 0;
}
