/**
 * Pointers: branded word indices into a `Memory`. Owns no memory; usable on any thread.
 */

declare const pointee: unique symbol;

/**
 * The index of the first word of an `S`. `S` is the name of a struct (`Pointer<'proc'>`), so that a pointer
 * to one struct cannot be passed for a pointer to another. At run time it is a plain number.
 */
export type Pointer<S = unknown> = number & { readonly [pointee]: S };

/** The null pointer: word 0 of every memory, which is never allocated. Assignable to every pointer type. */
export const NULL = 0 as Pointer<never>;

/** Brands a word index, for code that computes addresses. The caller vouches for what lies there. */
export function pointerTo<S = unknown>(wordIndex: number): Pointer<S> {
  return wordIndex as Pointer<S>;
}

/** True when the pointer is the null pointer. */
export function isNull(pointer: Pointer): boolean {
  return pointer === 0;
}
