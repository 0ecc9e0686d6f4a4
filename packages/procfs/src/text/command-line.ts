/**
 * Owns what a process was started with and what it calls itself, byte for byte: arguments and environment of
 * its last exec, and the title it has set since (setproctitle). Read by a thread that keeps the process from
 * exec and exit (p_reflock), so that the texts of the exec stay; a title is copied under p_token.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { textAt } from './kernel-text.ts';

const { AR, AR_ARGS } = kern;

/** Arguments, each with its NUL; '' for a process that has never executed anything. */
export function argumentBytes(k: Context, p: number): string {
  const ar = k.peek(p + P.p_strings);
  return ar === 0 ? '' : bytesAt(k, ar, 0, k.words[ar + AR.ar_length]);
}

/** The same of its environment. */
export function environmentBytes(k: Context, p: number): string {
  const ar = k.peek(p + P.p_strings);
  return ar === 0 ? '' : bytesAt(k, ar, k.words[ar + AR.ar_length], k.words[ar + AR.ar_envlength]);
}

/** The title it has set, with its NUL; '' for none. */
export function* titleBytes(k: Context, p: number): Steps<string> {
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const upmap = k.get(p + P.p_upmap);
  const ar = k.get(p + P.p_args);
  let title = '';
  if (upmap !== 0 && kern.hasTitle(k, upmap)) {
    title = `${String.fromCharCode(...(yield* kern.titleBytes(k, upmap)))}\0`;
  } else if (ar !== 0) title = bytesAt(k, ar, 0, k.words[ar + AR.ar_length]);
  yield* k.reltoken(p + P.p_token);
  return title;
}

/** Bytes of a block that does not change, NULs among them. */
function bytesAt(k: Context, ar: number, from: number, length: number): string {
  const { words } = k;
  let text = '';
  for (let at = from; at < from + length; at++) {
    text += String.fromCharCode((words[ar + AR_ARGS + (at >> 2)] >> ((at & 3) << 3)) & 0xff);
  }
  return text;
}

/** Name of a process, of bytes up to its NUL. */
export function* commOf(k: Context, p: number): Steps<string> {
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const comm = textAt((word) => k.get(word), p + P.p_comm, kern.COMM_BYTES);
  yield* k.reltoken(p + P.p_token);
  return comm;
}

/** Whether it runs no program: a zombie, or a process of the kernel. */
export function hasNoProgram(k: Context, p: number): boolean {
  return k.peek(p + P.p_stat) === kern.SZOMB || (k.peek(p + P.p_flags) & kern.P_SYSTEM) !== 0;
}
