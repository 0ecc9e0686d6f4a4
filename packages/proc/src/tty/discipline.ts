/**
 * Owns the line discipline: what each typed byte does (sys/kern/tty.c, ttyinput): echo, erase, kill, end of
 * file, signals to the foreground group, stopping output. Runs in the terminal's interrupt thread, or in a
 * process that pretends to type (TIOCSTI). Takes tty_token; signalling may drop it for a while.
 */
import { type Context, type Steps, wakeup } from '@smplab/lwkt';
import { SIGINT, SIGIO, SIGQUIT, SIGTSTP } from '../signal/signals.ts';
import { pgsignal } from '../signal/pgsignal.ts';
import { pgrel, pgtryref } from '../table/pgrp.ts';
import { append, dropInput, isInputFull, typed, unput } from './input.ts';
import { ttyecho, ttyflushout, ttyoutput, ttyrub, ttstart, ttwwakeup } from './output.ts';
import { pgsigio } from './sigio.ts';
import { T, TS_ASYNC, TS_TTSTOP, TTY_EOF } from './tty-layout.ts';
import {
  CERASE2,
  ECHO,
  ECHOCTL,
  ECHOK,
  ECHOKE,
  ICANON,
  ICRNL,
  IGNCR,
  INLCR,
  ISIG,
  IXON,
  NOFLSH,
  TTY_FREAD,
  TTY_FWRITE,
  VDISABLE,
  VEOF,
  VERASE,
  VINTR,
  VKILL,
  VQUIT,
  VSTART,
  VSTOP,
  VSUSP,
} from './ttycom.ts';
import { ttyToken } from './tty.ts';

/** A byte has been typed. */
export function* ttyinput(k: Context, tp: number, byte: number): Steps {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  if (yield* discipline(k, tp, byte)) {
    // Any byte lets output go on only with IXANY, which is not there: VSTART does.
    yield* ttstart(k, tp);
  }
  yield* k.reltoken(token);
}

/** Drops input, output or both; wakes who waited for room (ttyflush). Under tty_token. */
export function* ttyflush(k: Context, tp: number, which: number): Steps {
  if ((which & TTY_FREAD) !== 0) dropInput(k, tp);
  if ((which & TTY_FWRITE) === 0) return;
  ttyflushout(k, tp);
  k.set(tp + T.t_state, k.get(tp + T.t_state) & ~TS_TTSTOP);
  yield* ttwwakeup(k, tp);
}

/** Wakes readers, and sends SIGIO to whoever asked for it (ttwakeup). Under tty_token. */
export function* ttwakeup(k: Context, tp: number): Steps {
  if ((k.get(tp + T.t_state) & TS_ASYNC) !== 0) {
    yield* pgsigio(k, tp + T.t_sigio, SIGIO, k.get(tp + T.t_session) === 0 ? 0 : 1);
  }
  yield* wakeup(k, tp + T.t_input);
}

/** Sends a signal to the foreground group, if there is one. Under tty_token. */
export function* ttysignal(k: Context, tp: number, sig: number): Steps {
  const pg = k.get(tp + T.t_pgrp);
  // The terminal may get another group while the signal is on its way, and this one go.
  if (pg === 0 || !(yield* pgtryref(k, pg))) return;
  yield* pgsignal(k, pg, sig, 1);
  yield* pgrel(k, pg);
}

/** True when output may go on. */
function* discipline(k: Context, tp: number, byte: number): Steps<boolean> {
  const lflag = k.get(tp + T.t_lflag);
  const iflag = k.get(tp + T.t_iflag);
  if ((lflag & ISIG) !== 0 && (yield* signals(k, tp, byte))) return true;
  if ((iflag & IXON) !== 0) {
    if (is(k, tp, VSTART, byte)) return yield* startOutput(k, tp);
    if (is(k, tp, VSTOP, byte)) {
      k.set(tp + T.t_state, k.get(tp + T.t_state) | TS_TTSTOP);
      return false;
    }
  }
  if (byte === 0x0d) {
    if ((iflag & IGNCR) !== 0) return true;
    if ((iflag & ICRNL) !== 0) byte = 0x0a;
  } else if (byte === 0x0a && (iflag & INLCR) !== 0) byte = 0x0d;
  const isCanonical = (lflag & ICANON) !== 0;
  if (isCanonical && edited(k, tp, byte)) return true;
  if (isInputFull(k, tp)) {
    ttyoutput(k, tp, 0x07);
    return true;
  }
  yield* accept(k, tp, byte, isCanonical);
  return true;
}

/** Puts a byte into the queue; whoever reads is woken if it can be read. */
function* accept(k: Context, tp: number, byte: number, isCanonical: boolean): Steps {
  const isEof = isCanonical && is(k, tp, VEOF, byte);
  const isComplete = !isCanonical || isEof || byte === 0x0a;
  append(k, tp, isEof ? byte | TTY_EOF : byte, isComplete);
  ttyecho(k, tp, byte);
  const lflag = k.get(tp + T.t_lflag);
  // The cursor goes back over the ^D.
  if (isEof && (lflag & (ECHO | ECHOCTL)) === (ECHO | ECHOCTL))
    for (const each of [8, 8]) ttyoutput(k, tp, each);
  if (isComplete) yield* ttwakeup(k, tp);
}

/** Whether the byte was one of those that send a signal to the foreground group. */
function* signals(k: Context, tp: number, byte: number): Steps<boolean> {
  let sig: number;
  let which = TTY_FREAD | TTY_FWRITE;
  if (is(k, tp, VINTR, byte)) sig = SIGINT;
  else if (is(k, tp, VQUIT, byte)) sig = SIGQUIT;
  else if (is(k, tp, VSUSP, byte)) {
    sig = SIGTSTP;
    which = TTY_FREAD;
  } else return false;
  if ((k.get(tp + T.t_lflag) & NOFLSH) === 0) yield* ttyflush(k, tp, which);
  ttyecho(k, tp, byte);
  yield* ttysignal(k, tp, sig);
  return true;
}

/** Whether the byte changed the line being typed. */
function edited(k: Context, tp: number, byte: number): boolean {
  if (is(k, tp, VERASE, byte) || byte === CERASE2) {
    const last = unput(k, tp);
    if (last >= 0) ttyrub(k, tp, last);
    // The bytes of one character go together; the columns were those of the first.
    if ((last & 0xc0) === 0x80) rubCharacter(k, tp);
    return true;
  }
  if (!is(k, tp, VKILL, byte)) return false;
  const lflag = k.get(tp + T.t_lflag);
  if ((lflag & ECHOKE) === 0) ttyecho(k, tp, byte);
  while (typed(k, tp) > 0) {
    const last = unput(k, tp);
    if ((lflag & ECHOKE) !== 0 && (last & 0xc0) !== 0x80) ttyrub(k, tp, last);
  }
  if ((lflag & ECHOKE) === 0 && (lflag & ECHOK) !== 0) ttyecho(k, tp, 0x0a);
  return true;
}

/** The rest of a UTF-8 character whose last byte is gone. */
function rubCharacter(k: Context, tp: number): void {
  for (let left = 3; left > 0; left--) {
    const last = unput(k, tp);
    if (last < 0 || (last & 0xc0) !== 0x80) return;
  }
}

function* startOutput(k: Context, tp: number): Steps<boolean> {
  k.set(tp + T.t_state, k.get(tp + T.t_state) & ~TS_TTSTOP);
  yield* ttwwakeup(k, tp);
  return true;
}

function is(k: Context, tp: number, index: number, byte: number): boolean {
  return byte !== VDISABLE && k.get(tp + T.t_cc + index) === byte;
}
