/**
 * Owns paths and names as texts of one character for each byte, in words that only the thread which looks can
 * see: from words, up to a NUL, and into words, filled up with NUL. Pure; no steps.
 */

/** The bytes from a word on, up to a NUL, `most` of them at most. */
export function textAt(words: Int32Array, at: number, most: number): string {
  let text = '';
  for (let byte = 0; byte < most; byte++) {
    const code = (words[at + (byte >> 2)] >>> ((byte & 3) << 3)) & 0xff;
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

/** Puts a text into `room` bytes, a multiple of four, which it does not fill. */
export function putText(words: Int32Array, at: number, room: number, text: string): void {
  let byte = 0;
  for (let word = 0; word < room >> 2; word++) {
    let value = 0;
    for (let shift = 0; shift < 32 && byte < text.length; shift += 8)
      value |= text.charCodeAt(byte++) << shift;
    words[at + word] = value;
  }
}

/** The same of bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
