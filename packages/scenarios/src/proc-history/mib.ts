/**
 * Owns the names of kernel variables as programs of these scenarios write them, and a word as their value.
 * The tree of names is constant: no system call.
 */
import { kern } from '@smplab/proc';

/** The numbers of a name such as `kern.proc.args`, and further ones. */
export function mib(name: string, ...further: readonly number[]): readonly number[] {
  const numbers = kern.sysctlnametomib(name);
  if (numbers === null) throw new Error(`there is no variable ${name}`);
  return [...numbers, ...further];
}

/** The value of an int. */
export function word(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}
