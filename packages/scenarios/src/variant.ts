/**
 * Owns how the builders of the published programs are told apart: the program as it was published or mended,
 * with its assertion or without (the interleavings of the literature are counted without). Pure data.
 */

/** Which form of a program a builder makes. */
export interface Variant {
  /** Whether the program checks its assertion; default true. */
  readonly check?: boolean;
  /** Whether the bug is mended; default false. */
  readonly fixed?: boolean;
}
