/**
 * Owns the shape of what a kernel machine starts each run from: a copy of its memory as it was when every
 * thread stood at its entry. Types only; the machine that booted takes it, `Execution.adoptImage` puts it
 * back.
 */
export interface BootImage {
  /** Private copy of the words 0 to `length` of the booted memory, its header included. */
  readonly words: Int32Array;
  readonly length: number;
  /** First word of the area inside the image that is kept for the blocks of strands, STRAND_WORDS each. */
  readonly strandArea: number;
  /** Number of strands that area has room for. */
  readonly strandCapacity: number;
}
