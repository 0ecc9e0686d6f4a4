/**
 * Owns reading texts of kernel memory for renderers: one character for each byte, so that names in any
 * encoding come out byte for byte. Run by the thread that reads, under whatever guards the words.
 */
import type { Context } from '@smplab/lwkt';

const BYTE = 0xff;

/** The text of a cstring field, up to its NUL or its end; each word is read by `read` once. */
export function textAt(read: (word: number) => number, word: number, bytes: number): string {
  let text = '';
  for (let at = 0; at < bytes; at += 4) {
    const four = read(word + (at >> 2));
    for (let shift = 0; shift < 32 && at + (shift >> 3) < bytes; shift += 8) {
      const byte = (four >> shift) & BYTE;
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  }
  return text;
}

/** The same of a field that the caller's lock guards. */
export function guardedText(k: Context, word: number, bytes: number): string {
  return textAt((each) => k.get(each), word, bytes);
}

/** The same of a field that is looked at on purpose without its guard. */
export function peekedText(k: Context, word: number, bytes: number): string {
  return textAt((each) => k.peek(each), word, bytes);
}
