/**
 * Owns checking what kernel code of users passes: texts and words. Misuse is reported through the context.
 */
import type { Context } from '@smplab/lwkt';

/** A text that is not empty. */
export function checkedText(k: Context, text: unknown, what: string): string {
  if (typeof text === 'string' && text !== '') return text;
  return k.misuse('scenario-misuse', `${what} was given ${shown(text)}: a text is needed`);
}

/** An int32. */
export function checkedWord(k: Context, value: unknown, what: string): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  return k.misuse('scenario-misuse', `${what} was given ${shown(value)}: kernel words are int32`);
}

/** An int32, or a word without sign. */
export function checkedUnsigned(k: Context, value: unknown, what: string): number {
  return typeof value === 'number' && value >>> 0 === value ? value : checkedWord(k, value, what);
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' && value !== null ? 'an object' : (JSON.stringify(value) ?? String(value));
}
