/**
 * Owns the queues of a terminal's input: one ring of words, a byte in each, in which the complete lines lie
 * before the line that is being typed. Under tty_token; no steps.
 *
 *     t_input  ... [ complete lines, or all of it in raw mode | line being typed | free ] ...
 *                  t_head                                     t_line             t_tail   (they never wrap)
 */
import type { Context } from '@smplab/lwkt';
import { T, TTY_EOF, TTY_RING } from './tty-layout.ts';

/** MAX_INPUT: bytes that wait to be read, and of the line being typed. */
const MAX_INPUT = TTY_RING - 1;

/** Whether there is no room for another byte. */
export function isInputFull(k: Context, tp: number): boolean {
  return ((k.get(tp + T.t_tail) - k.get(tp + T.t_head)) | 0) >= MAX_INPUT;
}

/** Bytes that can be read. */
export function readable(k: Context, tp: number): number {
  return (k.get(tp + T.t_line) - k.get(tp + T.t_head)) | 0;
}

/** Bytes of the line that is being typed. */
export function typed(k: Context, tp: number): number {
  return (k.get(tp + T.t_tail) - k.get(tp + T.t_line)) | 0;
}

/** Adds to the line being typed; with `isComplete` it can be read from now on. */
export function append(k: Context, tp: number, word: number, isComplete: boolean): void {
  const tail = k.get(tp + T.t_tail);
  k.set(place(tp, tail), word);
  k.set(tp + T.t_tail, (tail + 1) | 0);
  if (isComplete) k.set(tp + T.t_line, (tail + 1) | 0);
}

/** Takes the last byte of the line being typed away; -1 if it is empty. */
export function unput(k: Context, tp: number): number {
  if (typed(k, tp) === 0) return -1;
  const tail = (k.get(tp + T.t_tail) - 1) | 0;
  k.set(tp + T.t_tail, tail);
  return k.get(place(tp, tail)) & 0xff;
}

/** Takes the first word that can be read; -1 if there is none. */
export function takeInput(k: Context, tp: number): number {
  if (readable(k, tp) === 0) return -1;
  const head = k.get(tp + T.t_head);
  k.set(tp + T.t_head, (head + 1) | 0);
  return k.get(place(tp, head));
}

/** Forgets everything that was typed. */
export function dropInput(k: Context, tp: number): void {
  const tail = k.get(tp + T.t_tail);
  k.set(tp + T.t_head, tail);
  k.set(tp + T.t_line, tail);
}

/** Leaves canonical mode: what was typed can be read as it is. */
export function openLine(k: Context, tp: number): void {
  k.set(tp + T.t_line, k.get(tp + T.t_tail));
}

/** Whether a word of the queue ends a line (TTBREAKC). */
export function isDelimiter(word: number): boolean {
  return word === 0x0a || (word & TTY_EOF) !== 0;
}

function place(tp: number, count: number): number {
  return tp + T.t_input + (count & (TTY_RING - 1));
}
