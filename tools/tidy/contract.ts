/** The rule that a source file opens with its contract: a comment on what the file owns and promises. */
import type { SourceFile } from './repository.ts';

const DIRECTIVE = /^\W*(?:eslint|@ts-|prettier|c8|global)/;
const LEAST_WORDS = 4;

/** Tests state their contract in their titles. */
export function needsContract(path: string): boolean {
  return !/\.test\.ts$/.test(path) && !/\/fixtures\//.test(path);
}

/** The comment a file opens with, after a `#!` line and blank lines; empty when code comes first. */
function openingComment(text: string): string {
  const body = text.replace(/^#!.*\n/, '').trimStart();
  return /^\/\*[\s\S]*?\*\//.exec(body)?.[0] ?? /^(?:\/\/.*\n?)+/.exec(body)?.[0] ?? '';
}

export function contractProblems(file: SourceFile): string[] {
  const comment = openingComment(file.text);
  if (comment === '' || DIRECTIVE.test(comment)) return ['opens with no contract comment'];
  const words = comment.match(/[A-Za-z]{2,}/g) ?? [];
  return words.length < LEAST_WORDS ? ['opens with a comment too short to be a contract'] : [];
}
