/**
 * Owns /proc/N/cmdline and environ of NetBSD (procfs_doprocargs of procfs_cmdline.c): texts with a NUL behind
 * each. What has no program shows its name in parentheses, as ps does, with a NUL as well. Run in the thread
 * that reads.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { argumentBytes, commOf, environmentBytes, hasNoProgram, titleBytes } from '../command-line.ts';
import type { Reading } from '../reading.ts';

/** The title, if the process has set one: setproctitle writes over the arguments. */
export function* procfs_docmdline(k: Context, { p }: Reading): Steps<string> {
  if (hasNoProgram(k, p)) return yield* inParentheses(k, p);
  const title = yield* titleBytes(k, p);
  return title === '' ? argumentBytes(k, p) : title;
}

export function* procfs_doenviron(k: Context, { p }: Reading): Steps<string> {
  return hasNoProgram(k, p) ? yield* inParentheses(k, p) : environmentBytes(k, p);
}

function* inParentheses(k: Context, p: number): Steps<string> {
  return `(${yield* commOf(k, p)})\0`;
}
