/** Owns packing short texts into the four words of a cstring(16) field. Pure. */
const encoder = new TextEncoder();
const BYTES = 16;

/** The words of a text, cut to 15 bytes and ended by a NUL. */
export function packedText(text: string): Int32Array {
  const bytes = new Uint8Array(BYTES);
  bytes.set(encoder.encode(text).subarray(0, BYTES - 1));
  return new Int32Array(bytes.buffer);
}
