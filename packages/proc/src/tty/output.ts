/**
 * Owns the way out of a terminal: output processing, echo, and the ring that whoever is outside drains, or
 * that keeps the last bytes as a transcript (sys/kern/tty.c, ttyoutput, ttyecho, ttwwakeup). Under tty_token.
 *
 *     t_out  ... [ taken | to be seen from outside | written just now | free ] ...
 *                        t_outhead                 t_outtail          t_outend      (counts, never wrapped)
 *
 * The kernel owns t_outend and t_outtail, the drain owns t_outhead, and a full ring makes writers wait if it
 * has set TF_BLOCK; without it nobody drains, and the oldest bytes are forgotten.
 */
import { type Context, type Kernel, PCATCH, type Steps, wakeup } from '@smplab/lwkt';
import { ECHO, ECHOCTL, ECHONL, ONLCR, OPOST } from './ttycom.ts';
import { T, TF_BLOCK, TS_SO_OLOWAT, TS_TTSTOP } from './tty-layout.ts';
import { ttysleep } from './tty.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Writes a byte after output processing; false, with nothing written, if there is no room (ttyoutput). */
export function ttyoutput(k: Context, tp: number, byte: number): boolean {
  return ttyputs(k, tp, [byte]) === 1;
}

/** Writes bytes after output processing, as many as there is room for; gives how many. */
export function ttyputs(k: Context, tp: number, bytes: ArrayLike<number>): number {
  const maps = (k.get(tp + T.t_oflag) & (OPOST | ONLCR)) === (OPOST | ONLCR);
  const out = k.words[tp + T.t_out];
  const mask = k.words[tp + T.t_outsize] - 1;
  let room = roomIn(k, tp);
  let end = k.get(tp + T.t_outend);
  let column = k.get(tp + T.t_column);
  let done = 0;
  for (; done < bytes.length; done++) {
    const byte = bytes[done];
    const isMapped = maps && byte === NEWLINE;
    if (room < (isMapped ? 2 : 1)) break;
    // Nobody outside looks at a word beyond t_outtail: no race with the drain.
    if (isMapped) {
      k.words[out + (end++ & mask)] = RETURN;
      room--;
    }
    k.words[out + (end++ & mask)] = byte;
    room--;
    column = columnAfter(column, byte, isMapped);
  }
  k.set(tp + T.t_outend, end | 0);
  k.set(tp + T.t_column, column);
  return done;
}

/** Echoes a byte that was typed, control characters as ^X (ttyecho). What finds no room is lost. */
export function ttyecho(k: Context, tp: number, byte: number): void {
  const lflag = k.get(tp + T.t_lflag);
  const isEchoed = (lflag & ECHO) !== 0 || ((lflag & ECHONL) !== 0 && byte === 0x0a);
  if (!isEchoed) return;
  const isControl = (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f;
  if (isControl && (lflag & ECHOCTL) !== 0) {
    ttyoutput(k, tp, 0x5e);
    ttyoutput(k, tp, byte === 0x7f ? 0x3f : byte | 0x40);
    return;
  }
  ttyoutput(k, tp, byte);
}

/** Takes a byte back from the screen: as many columns as its echo took (ttyrub). */
export function ttyrub(k: Context, tp: number, byte: number): void {
  const lflag = k.get(tp + T.t_lflag);
  if ((lflag & ECHO) === 0) return;
  const isControl = byte < 0x20 || byte === 0x7f;
  const columns = isControl ? ((lflag & ECHOCTL) === 0 ? 0 : 2) : 1;
  for (let column = 0; column < columns; column++) for (const each of [8, 32, 8]) ttyoutput(k, tp, each);
}

/** Lets those outside see what was written (ttstart). */
export function* ttstart(k: Context, tp: number): Steps {
  if ((k.get(tp + T.t_state) & TS_TTSTOP) !== 0) return;
  const end = k.get(tp + T.t_outend);
  if (k.peek(tp + T.t_outtail) === end) return;
  yield* k.store(tp + T.t_outtail, end);
  // Someone outside may wait for it; in a machine that nobody watches this does nothing.
  Atomics.notify(k.words, tp + T.t_outtail);
}

/**
 * Waits for room in the ring, or for output to go on: 0, or the error of the sleep. No wakeup is lost: who
 * wakes takes tty_token first, and the sleep is what drops it.
 */
export function* ttywaitroom(k: Context, tp: number, wmesg: string): Steps<number> {
  k.set(tp + T.t_state, k.get(tp + T.t_state) | TS_SO_OLOWAT);
  return yield* ttysleep(k, tp, tp + T.t_outhead, PCATCH, wmesg);
}

/** Wakes who waits for room, or for output to go on (ttwwakeup). */
export function* ttwwakeup(k: Context, tp: number): Steps {
  const state = k.get(tp + T.t_state);
  if ((state & TS_SO_OLOWAT) === 0) return;
  k.set(tp + T.t_state, state & ~TS_SO_OLOWAT);
  yield* wakeup(k, tp + T.t_outhead);
}

/** Whether a writer has to wait. */
export function isFull(k: Context, tp: number): boolean {
  return (k.get(tp + T.t_state) & TS_TTSTOP) !== 0 || roomIn(k, tp) < 2;
}

/** Bytes that nobody outside has taken; 0 for a transcript, which nobody waits for. */
export function ttyoutq(k: Context, tp: number): number {
  if ((k.peek(tp + T.t_flags) & TF_BLOCK) === 0) return 0;
  return (k.get(tp + T.t_outend) - k.peek(tp + T.t_outhead)) | 0;
}

/** Takes back what was written and not yet seen outside (ttyflush with FWRITE). */
export function ttyflushout(k: Context, tp: number): void {
  if ((k.peek(tp + T.t_flags) & TF_BLOCK) === 0) return;
  k.set(tp + T.t_outend, k.peek(tp + T.t_outtail));
}

/** The last bytes a terminal of a machine has shown, as text: for tests and for crash dumps. */
export function ttyTranscript(kernel: Kernel, tp: number): string {
  const { words } = kernel;
  const end = words[tp + T.t_outend];
  const size = words[tp + T.t_outsize];
  const length = end < 0 || end > size ? size : end;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    bytes[at] = words[words[tp + T.t_out] + ((end - length + at) & (size - 1))];
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The head is a racy look on purpose: it only grows, so there is at least this much room. */
function roomIn(k: Context, tp: number): number {
  const size = k.words[tp + T.t_outsize];
  if ((k.peek(tp + T.t_flags) & TF_BLOCK) === 0) return size;
  return size - ((k.get(tp + T.t_outend) - k.peek(tp + T.t_outhead)) | 0);
}

function columnAfter(column: number, byte: number, isNewline: boolean): number {
  if (byte === RETURN || isNewline) return 0;
  if (byte === 0x08) return Math.max(0, column - 1);
  if (byte === 0x09) return (column + 8) & ~7;
  // The bytes that follow the first one of a character take no column.
  return byte < 0x20 || byte === 0x7f || (byte & 0xc0) === 0x80 ? column : column + 1;
}
