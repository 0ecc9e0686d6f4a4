/**
 * Owns copying between the address space of a text program and its system calls (copyin, copyinstr, copyout
 * of the original): bytes and NUL-ended texts at any address, words at their own. Run by the lwp itself.
 * Null, or false, stands for EFAULT.
 */
import type { Steps } from '@smplab/lwkt';
import type { UserWords } from './user-words.ts';

/** PATH_MAX, and the longest argument. */
const MOST_TEXT = 1024;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A word; null for no address. */
export function* copyinWord(user: UserWords, address: number): Steps<number | null> {
  const location = yield* user.fault(address);
  return location === 0 ? null : yield* user.k.load(location);
}

/** Stores a word. */
export function* copyoutWord(user: UserWords, address: number, value: number): Steps<boolean> {
  const location = yield* user.faultForStore(address);
  if (location === 0) return false;
  yield* user.k.store(location, value);
  return true;
}

/** Words one after the other. */
export function* copyinWords(user: UserWords, address: number, count: number): Steps<number[] | null> {
  const words: number[] = [];
  for (let at = 0; at < count; at++) {
    const word = yield* copyinWord(user, address + 4 * at);
    if (word === null) return null;
    words.push(word);
  }
  return words;
}

/** Bytes; each word is looked at once. */
export function* copyin(user: UserWords, address: number, count: number): Steps<Uint8Array | null> {
  // What cannot be there is not waited for.
  if (count > user.limit) return null;
  const bytes = new Uint8Array(count);
  let word: number | null = 0;
  for (let at = 0; at < count; at++) {
    const from = address + at;
    if (at === 0 || (from & 3) === 0) word = yield* copyinWord(user, from & ~3);
    if (word === null) return null;
    bytes[at] = word >> ((from & 3) << 3);
  }
  return bytes;
}

/** Stores bytes; other bytes of the words they lie in stay as they are. */
export function* copyout(user: UserWords, address: number, bytes: Uint8Array): Steps<boolean> {
  let at = 0;
  while (at < bytes.length) {
    const from = address + at;
    const location = yield* user.faultForStore(from & ~3);
    if (location === 0) return false;
    let mask = 0;
    let value = 0;
    for (let byte = from & 3; byte < 4 && at < bytes.length; byte++, at++) {
      mask |= 0xff << (byte << 3);
      value |= bytes[at] << (byte << 3);
    }
    const word = mask === -1 ? 0 : (yield* user.k.load(location)) & ~mask;
    yield* user.k.store(location, word | value);
  }
  return true;
}

/** A text up to its NUL; null also for one that is too long. */
export function* copyinstr(user: UserWords, address: number): Steps<string | null> {
  const bytes: number[] = [];
  let word: number | null = 0;
  for (let from = address; bytes.length < MOST_TEXT; from++) {
    if (from === address || (from & 3) === 0) word = yield* copyinWord(user, from & ~3);
    if (word === null) return null;
    const byte = (word >> ((from & 3) << 3)) & 0xff;
    if (byte === 0) return decoder.decode(Uint8Array.from(bytes));
    bytes.push(byte);
  }
  return null;
}

/** The texts of a list of addresses that ends with NULL; a list of NULL is empty. */
export function* copyinTexts(user: UserWords, list: number): Steps<string[] | null> {
  const texts: string[] = [];
  if (list === 0) return texts;
  for (let at = list; ; at += 4) {
    const address = yield* copyinWord(user, at);
    if (address === 0) return texts;
    const text = address === null ? null : yield* copyinstr(user, address);
    if (text === null) return null;
    texts.push(text);
  }
}
