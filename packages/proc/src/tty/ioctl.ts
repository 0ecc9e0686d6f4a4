/**
 * Owns the requests of terminals (sys/kern/tty.c, ttioctl). Runs in the thread of the process, takes
 * tty_token. A request has one word in, one word out, in a block of kernel memory; it gives 0, a positive
 * errno, or ERESTART.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { priv_check_cred } from '../cred/privilege.ts';
import { EACCES, EBADF, EINVAL, ENOTTY, EPERM } from '../errno.ts';
import { FIOASYNC, FIOGETOWN, FIONBIO, FIOSETOWN } from '../file/filedesc-layout.ts';
import { curproc } from '../proc-kernel.ts';
import { SIGWINCH } from '../signal/signals.ts';
import { PG, S } from '../table/pgrp-layout.ts';
import { pgfind, pgrel } from '../table/pgrp.ts';
import { P } from '../table/proc.ts';
import { PID_MAX } from '../table/procglob.ts';
import { sessionOf } from '../table/session.ts';
import { backgroundWrite } from './background.ts';
import { ttyflush, ttyinput, ttysignal, ttwakeup } from './discipline.ts';
import { openLine, readable, takeInput } from './input.ts';
import { ttstart, ttwwakeup, ttyoutq, ttywaitroom } from './output.ts';
import { ttysetctty } from './session.ts';
import { fgetown, fsetown } from './sigio.ts';
import { T, TS_ASYNC, TS_TTSTOP, TTY_CHARS } from './tty-layout.ts';
import * as com from './ttycom.ts';
import { ttyIsMine, ttyToken } from './tty.ts';

/** What a handler gets: the terminal, the block with the word in and out, and the flags of the file. */
type Handler = (k: Context, tp: number, block: number, fflag: number) => Steps<number>;

/** NO_PID: the foreground group of a terminal without one. */
const NO_PID = PID_MAX + 1;

/** Requests that change the terminal: from the background they wait as a write does. */
const CHANGES: ReadonlySet<number> = new Set([
  com.TIOCSCTTY,
  com.TIOCSPGRP,
  com.TIOCSETA,
  com.TIOCSETAW,
  com.TIOCSETAF,
  com.TIOCSETCC,
  com.TIOCSWINSZ,
  com.TIOCSTI,
  com.TIOCFLUSH,
  com.TIOCDRAIN,
  com.TIOCSTART,
  com.TIOCSTOP,
]);

const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [FIONBIO, nothing],
  [FIOASYNC, setAsync],
  [com.FIONREAD, (k, tp, block) => give(k, block, readable(k, tp))],
  [FIOSETOWN, setOwner],
  [FIOGETOWN, getOwner],
  [com.TIOCSCTTY, ttysetctty],
  [com.TIOCGPGRP, getGroup],
  [com.TIOCSPGRP, setGroup],
  [com.TIOCGSID, getSession],
  [com.TIOCGETA, (k, tp, block) => give(k, block, modes(k, tp))],
  [com.TIOCSETA, setModes],
  [com.TIOCSETAW, drainAndSet],
  [com.TIOCSETAF, flushAndSet],
  [com.TIOCGETCC, getChar],
  [com.TIOCSETCC, setChar],
  [com.TIOCGWINSZ, (k, tp, block) => give(k, block, windowSize(k, tp))],
  [com.TIOCSWINSZ, setWindowSize],
  [com.TIOCSTI, simulateInput],
  [com.TIOCFLUSH, flush],
  [com.TIOCOUTQ, (k, tp, block) => give(k, block, ttyoutq(k, tp))],
  [com.TIOCDRAIN, ttywait],
  [com.TIOCSTART, startOutput],
  [com.TIOCSTOP, stopOutput],
]);

/**
 * Performs a request on a terminal; ENOTTY for one it does not know, EBADF if the terminal was revoked since
 * the file was opened, in generation `gen`.
 */
export function* ttioctl(
  k: Context,
  tp: number,
  gen: number,
  cmd: number,
  block: number,
  fflag: number,
): Steps<number> {
  const handler = HANDLERS.get(cmd);
  if (handler === undefined) return ENOTTY;
  const token = ttyToken(k);
  yield* k.gettoken(token);
  let error = CHANGES.has(cmd) ? yield* backgroundWrite(k, tp) : 0;
  if (k.get(tp + T.t_gen) !== gen) error = EBADF;
  if (error === 0) error = yield* handler(k, tp, block, fflag);
  yield* k.reltoken(token);
  return error;
}

// ---- all under tty_token
// -------------------------------------------------------------------------------------

function* nothing(): Steps<number> {
  return 0;
}

/** The block is the caller's own: no step. */
function* give(k: Context, block: number, value: number): Steps<number> {
  k.words[block] = value;
  return 0;
}

function* setAsync(k: Context, tp: number, block: number): Steps<number> {
  const state = k.get(tp + T.t_state);
  k.set(tp + T.t_state, k.words[block] === 0 ? state & ~TS_ASYNC : state | TS_ASYNC);
  return 0;
}

/** Nobody gets the signals of somebody else's controlling terminal. */
function* setOwner(k: Context, tp: number, block: number): Steps<number> {
  if (!(yield* mayOwn(k, tp))) return ENOTTY;
  return yield* fsetown(k, k.words[block], tp + T.t_sigio);
}

function* getOwner(k: Context, tp: number, block: number): Steps<number> {
  if (!(yield* mayOwn(k, tp))) return ENOTTY;
  return yield* give(k, block, yield* fgetown(k, tp + T.t_sigio));
}

function* mayOwn(k: Context, tp: number): Steps<boolean> {
  return k.get(tp + T.t_session) === 0 || (yield* ttyIsMine(k, curproc(k), tp));
}

function* getGroup(k: Context, tp: number, block: number): Steps<number> {
  if (!(yield* ttyIsMine(k, curproc(k), tp))) return ENOTTY;
  const pg = k.get(tp + T.t_pgrp);
  return yield* give(k, block, pg === 0 ? NO_PID : k.get(pg + PG.pg_id));
}

/**
 * The group stays from the look at it until it is the terminal's: the reference is given back only then, and
 * pgrel takes the group away from the terminal when it was the last one.
 */
function* setGroup(k: Context, tp: number, block: number): Steps<number> {
  const p = curproc(k);
  const pgid = k.words[block];
  if (!(yield* ttyIsMine(k, p, tp))) return ENOTTY;
  if (pgid < 1 || pgid > k.kernel.limits.pidMax) return EINVAL;
  const pg = yield* pgfind(k, pgid);
  if (pg === 0) return EPERM;
  yield* k.gettoken(p + P.p_token);
  const session = sessionOf(k, p);
  yield* k.reltoken(p + P.p_token);
  const isOurs = k.get(pg + PG.pg_session) === session;
  // Looking for the group may have taken tty_token away, and the session may have lost its terminal.
  const isStill = k.get(tp + T.t_session) === session;
  if (isOurs && isStill) k.set(tp + T.t_pgrp, pg);
  yield* pgrel(k, pg);
  if (!isOurs) return EPERM;
  return isStill ? 0 : ENOTTY;
}

function* getSession(k: Context, tp: number, block: number): Steps<number> {
  if (!(yield* ttyIsMine(k, curproc(k), tp))) return ENOTTY;
  return yield* give(k, block, k.get(k.get(tp + T.t_session) + S.s_sid));
}

/** The three flag words of a terminal as one. */
function modes(k: Context, tp: number): number {
  return k.get(tp + T.t_lflag) | k.get(tp + T.t_iflag) | k.get(tp + T.t_oflag);
}

function* setModes(k: Context, tp: number, block: number): Steps<number> {
  const word = k.words[block];
  if (word < 0) return EINVAL;
  const was = k.get(tp + T.t_lflag) & com.ICANON;
  k.set(tp + T.t_lflag, word & com.LFLAGS);
  k.set(tp + T.t_iflag, word & com.IFLAGS);
  k.set(tp + T.t_oflag, word & com.OFLAGS);
  if ((word & com.ICANON) === was) return 0;
  if (was === 0) yield* retype(k, tp);
  else openLine(k, tp);
  yield* ttwakeup(k, tp);
  return 0;
}

/** Canonical mode again: what was typed ahead is typed once more under the new modes (PENDIN). */
function* retype(k: Context, tp: number): Steps {
  const words: number[] = [];
  for (let word = takeInput(k, tp); word >= 0; word = takeInput(k, tp)) words.push(word);
  for (const word of words) yield* ttyinput(k, tp, word & 0xff);
}

function* drainAndSet(k: Context, tp: number, block: number): Steps<number> {
  const error = yield* ttywait(k, tp);
  return error === 0 ? yield* setModes(k, tp, block) : error;
}

function* flushAndSet(k: Context, tp: number, block: number): Steps<number> {
  const error = yield* ttywait(k, tp);
  if (error !== 0) return error;
  yield* ttyflush(k, tp, com.TTY_FREAD);
  return yield* setModes(k, tp, block);
}

function* getChar(k: Context, tp: number, block: number): Steps<number> {
  const index = k.words[block];
  if (index < 0 || index >= TTY_CHARS) return EINVAL;
  return yield* give(k, block, k.get(tp + T.t_cc + index));
}

function* setChar(k: Context, tp: number, block: number): Steps<number> {
  const index = k.words[block] >> 8;
  if (index < 0 || index >= TTY_CHARS) return EINVAL;
  k.set(tp + T.t_cc + index, k.words[block] & 0xff);
  return 0;
}

/** Rows in the upper half, columns in the lower. */
function windowSize(k: Context, tp: number): number {
  return (k.get(tp + T.t_rows) << 16) | k.get(tp + T.t_columns);
}

function* setWindowSize(k: Context, tp: number, block: number): Steps<number> {
  const size = k.words[block];
  if (size < 0) return EINVAL;
  yield* resized(k, tp, size);
  return 0;
}

/** The screen outside has another size: rows in the upper half, columns in the lower. */
export function* ttysetsize(k: Context, tp: number, size: number): Steps {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  yield* resized(k, tp, size);
  yield* k.reltoken(token);
}

function* resized(k: Context, tp: number, size: number): Steps {
  if (size === windowSize(k, tp)) return;
  k.set(tp + T.t_rows, size >> 16);
  k.set(tp + T.t_columns, size & 0xffff);
  yield* ttysignal(k, tp, SIGWINCH);
}

/** Types a byte as if at the keyboard: only who reads the terminal, and only one's own, unless root. */
function* simulateInput(k: Context, tp: number, block: number, fflag: number): Steps<number> {
  const cr = yield* curcred_hold(k);
  const isRoot = priv_check_cred(k, cr) === 0;
  yield* crfree(k, cr);
  if ((fflag & com.TTY_FREAD) === 0 && !isRoot) return EPERM;
  if (!isRoot && !(yield* ttyIsMine(k, curproc(k), tp))) return EACCES;
  yield* ttyinput(k, tp, k.words[block] & 0xff);
  return 0;
}

function* flush(k: Context, tp: number, block: number): Steps<number> {
  const both = com.TTY_FREAD | com.TTY_FWRITE;
  const which = k.words[block];
  yield* ttyflush(k, tp, which === 0 ? both : which & both);
  return 0;
}

/** Waits until those outside have taken all output (ttywait). A transcript has no one to wait for. */
function* ttywait(k: Context, tp: number): Steps<number> {
  yield* ttstart(k, tp);
  while (ttyoutq(k, tp) > 0) {
    const error = yield* ttywaitroom(k, tp, 'ttywai');
    if (error !== 0) return error;
  }
  return 0;
}

function* startOutput(k: Context, tp: number): Steps<number> {
  k.set(tp + T.t_state, k.get(tp + T.t_state) & ~TS_TTSTOP);
  yield* ttstart(k, tp);
  yield* ttwwakeup(k, tp);
  return 0;
}

function* stopOutput(k: Context, tp: number): Steps<number> {
  k.set(tp + T.t_state, k.get(tp + T.t_state) | TS_TTSTOP);
  return 0;
}
