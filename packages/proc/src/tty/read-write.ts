/**
 * Owns reading from and writing to a terminal (sys/kern/tty.c, ttread and ttwrite): lines in canonical mode,
 * bytes in raw mode, and waiting for either. Runs in the thread of the process, takes tty_token. Gives a
 * positive errno, or ERESTART; what was moved stands in the uio either way.
 */
import { type Context, PCATCH, type Steps } from '@smplab/lwkt';
import { EIO, EWOULDBLOCK } from '../errno.ts';
import { uiomove, uioResid, uioTake, uioUntake } from '../file/uio.ts';
import { backgroundRead, backgroundWrite } from './background.ts';
import { isDelimiter, readable, takeInput } from './input.ts';
import { ttstart, ttyputs, ttywaitroom } from './output.ts';
import { T, TS_TTSTOP, TS_ZOMBIE, TTY_EOF } from './tty-layout.ts';
import { ICANON, IO_NDELAY, TOSTOP } from './ttycom.ts';
import { ttysleep, ttyToken } from './tty.ts';

/** Reads a line, or in raw mode what there is; `gen` is the generation the file was opened in. */
export function* ttread(k: Context, tp: number, gen: number, uio: number, ioflag: number): Steps<number> {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const error = yield* read(k, tp, gen, uio, ioflag);
  yield* k.reltoken(token);
  return error;
}

/** Writes all bytes, waiting for room if it must. */
export function* ttwrite(k: Context, tp: number, gen: number, uio: number, ioflag: number): Steps<number> {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const error = yield* write(k, tp, gen, uio, ioflag);
  yield* ttstart(k, tp);
  yield* k.reltoken(token);
  return error;
}

function* read(k: Context, tp: number, gen: number, uio: number, ioflag: number): Steps<number> {
  for (;;) {
    if (isCut(k, tp, gen)) return 0;
    const error = yield* backgroundRead(k, tp);
    if (error !== 0) return error;
    if (isCut(k, tp, gen)) return 0;
    if (uioResid(k, uio) === 0) return 0;
    if (readable(k, tp) > 0) break;
    if ((ioflag & IO_NDELAY) !== 0) return EWOULDBLOCK;
    // Whoever puts input into the queue has tty_token: between the look and the sleep nobody has.
    const slept = yield* ttysleep(k, tp, tp + T.t_input, PCATCH, 'ttyin');
    if (slept !== 0) return slept;
  }
  moveLine(k, tp, uio);
  return 0;
}

/** Revoked since the file was opened, or hung up: it reads as ended. */
function isCut(k: Context, tp: number, gen: number): boolean {
  return k.get(tp + T.t_gen) !== gen || (k.get(tp + T.t_state) & TS_ZOMBIE) !== 0;
}

/** Up to the end of the line, or in raw mode all there is; what ends a file is not part of it. */
function moveLine(k: Context, tp: number, uio: number): void {
  const isCanonical = (k.get(tp + T.t_lflag) & ICANON) !== 0;
  const wanted = uioResid(k, uio);
  const bytes: number[] = [];
  while (bytes.length < wanted) {
    const word = takeInput(k, tp);
    if (word < 0 || (isCanonical && (word & TTY_EOF) !== 0)) break;
    bytes.push(word & 0xff);
    if (isCanonical && isDelimiter(word)) break;
  }
  uiomove(k, uio, Uint8Array.from(bytes));
}

function* write(k: Context, tp: number, gen: number, uio: number, ioflag: number): Steps<number> {
  for (;;) {
    if (isCut(k, tp, gen)) return EIO;
    if ((k.get(tp + T.t_lflag) & TOSTOP) !== 0) {
      const error = yield* backgroundWrite(k, tp);
      if (error !== 0) return error;
      if (isCut(k, tp, gen)) return EIO;
    }
    putBytes(k, tp, uio);
    if (uioResid(k, uio) === 0) return 0;
    if ((ioflag & IO_NDELAY) !== 0) return EWOULDBLOCK;
    yield* ttstart(k, tp);
    const slept = yield* ttywaitroom(k, tp, 'ttyout');
    if (slept !== 0) return slept;
  }
}

/** As many bytes as there is room for. */
function putBytes(k: Context, tp: number, uio: number): void {
  const bytes = uioTake(k, uio);
  const isStopped = (k.get(tp + T.t_state) & TS_TTSTOP) !== 0;
  const done = isStopped ? 0 : ttyputs(k, tp, bytes);
  uioUntake(k, uio, bytes.length - done);
}
