/** Owns the mixing step of the explorer's 32-bit hashes. Pure: the same everywhere. */

/** The hash after one more word. */
export function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x01000193);
  return product ^ (product >>> 15);
}
