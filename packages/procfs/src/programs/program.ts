/**
 * Owns what the programs here have in common: how they complain (err(3)) and how they do one thing to each of
 * their operands. Runs in the program.
 */
import type { Steps } from '@smplab/lwkt';
import { libc, strerror } from '@smplab/proc';
import type { VfsUser, VfsUserEntry } from '@smplab/vfs';

/** A program: its entries by name. */
export type VfsProgram = Readonly<Record<string, VfsUserEntry>>;

export const EX_ERROR = 1;

/** `ls: no: No such file or directory`, and the exit status that goes with it. */
export function* complain(u: VfsUser, program: string, what: string): Steps<number> {
  yield* u.write(2, `${program}: ${what}: ${strerror(u.errno)}\n`);
  return EX_ERROR;
}

/** What is wrong with the options, if anything is, and how the program is used. */
export function* usage(u: VfsUser, program: string, problem: string | null, how: string): Steps<number> {
  yield* u.write(2, `${problem === null ? '' : `${program}: ${problem}\n`}usage: ${how}\n`);
  return EX_ERROR;
}

/** Letters that were given, and the words after them. */
export interface Operands {
  readonly has: (letter: string) => boolean;
  readonly words: readonly string[];
}

/** A program that takes options without values and does the same to each of its operands. */
export function eachOperand(
  program: string,
  letters: string,
  how: string,
  act: (u: VfsUser, path: string, operands: Operands) => Steps<number>,
): VfsProgram {
  return {
    *main(u: VfsUser, ...argv: string[]) {
      const { given, rest, error } = libc.getopt(argv, letters);
      if (error !== null || rest.length === 0) return yield* usage(u, program, error, how);
      const operands: Operands = { has: (letter) => given.has(letter), words: rest };
      let status = 0;
      for (const path of rest) status = Math.max(status, yield* act(u, path, operands));
      return status;
    },
  };
}

/** The last component of a path. */
export function basename(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '');
}

/** A name in a directory. */
export function joined(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}
