/**
 * Owns what an invariant says when it does not hold: which one, of what, in which field, what was expected
 * and what was found. Lines come in the order in which they were found.
 */

/** Numbers of the recommended invariants (reference/dragonfly.md, section 4). */
export type InvariantId = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I8' | 'I10' | 'I11';

export class Report {
  readonly lines: string[] = [];

  /** `I6: process 102.p_lock: expected 0, found 3`. */
  differs(id: InvariantId, field: string, expected: number | string, found: number | string): void {
    this.lines.push(`${id}: ${field}: expected ${expected}, found ${found}`);
  }
}
