/**
 * Owns the values that options take: whole numbers, seconds, names. Each refusal says what would have been
 * right.
 */
import { InvalidArgumentError } from 'commander';

/** Reads a whole number from `least` to `most`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is needed.`);
    }
    return value;
  };
}

/** Reads a time in seconds: positive, fractions allowed. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(value > 0) || value > 1e9) {
    throw new InvalidArgumentError('A number of seconds above 0 is needed.');
  }
  return value;
}

/** One of some names, and a reason for each of those that are known and not to be had. */
export function oneOf(
  names: readonly string[],
  refused: Readonly<Record<string, string>> = {},
): (text: string) => string {
  return (text) => {
    if (Object.hasOwn(refused, text)) throw new InvalidArgumentError(refused[text]);
    if (!names.includes(text)) throw new InvalidArgumentError(`It is one of ${names.join(', ')}.`);
    return text;
  };
}
