/**
 * Owns the operations of open files on terminals: open, read, write, ioctl and close, of a terminal and of
 * /dev/tty, which is the controlling terminal of whoever uses it (sys/kern/tty_tty.c). Run in the thread of
 * the call, by number (file/file-ops.ts). Opening a terminal does not make it a controlling one: TIOCSCTTY
 * does.
 *
 *     file --f_data--> tty             f_offset: generation of the terminal at open
 *     file --f_data--> -tty            opened as /dev/tty; uses whatever is the controlling terminal by now
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, EIO, ENXIO } from '../errno.ts';
import { DEV_CTTY, F, FNONBLOCK } from '../file/filedesc-layout.ts';
import { curproc } from '../proc-kernel.ts';
import { P, P_CONTROLT } from '../table/proc.ts';
import { isSessionLeader } from '../table/session.ts';
import { ttioctl } from './ioctl.ts';
import { ttread, ttwrite } from './read-write.ts';
import { cttyvp, ttyclose } from './session.ts';
import { T } from './tty-layout.ts';
import { IO_NDELAY, TIOCNOTTY, TIOCSCTTY } from './ttycom.ts';
import { ttyOf, ttyToken } from './tty.ts';

/** open: ENXIO for a device that is no terminal, and for /dev/tty without a controlling one. */
export function* tty_open(k: Context, fp: number, dev: number): Steps<number> {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const tp = dev === DEV_CTTY ? yield* cttyvp(k, curproc(k)) : ttyOf(k, dev);
  if (tp !== 0) {
    // Nobody else has the file yet.
    k.words[fp + F.f_data] = dev === DEV_CTTY ? -tp : tp;
    k.words[fp + F.f_offset] = k.get(tp + T.t_gen);
    k.set(tp + T.t_opens, k.get(tp + T.t_opens) + 1);
  }
  yield* k.reltoken(token);
  return tp === 0 ? ENXIO : 0;
}

export function* tty_read(k: Context, fp: number, uio: number): Steps<number> {
  const use = yield* terminalOf(k, fp);
  return use.tp === 0 ? EIO : yield* ttread(k, use.tp, use.gen, uio, ioflag(k, fp));
}

export function* tty_write(k: Context, fp: number, uio: number): Steps<number> {
  const use = yield* terminalOf(k, fp);
  return use.tp === 0 ? EIO : yield* ttwrite(k, use.tp, use.gen, uio, ioflag(k, fp));
}

/** EIO for /dev/tty without a controlling terminal. */
export function* tty_ioctl(k: Context, fp: number, cmd: number, block: number): Steps<number> {
  if (k.words[fp + F.f_data] < 0) {
    if (cmd === TIOCSCTTY) return EINVAL;
    if (cmd === TIOCNOTTY) return yield* notty(k);
  }
  const { tp, gen } = yield* terminalOf(k, fp);
  return tp === 0 ? EIO : yield* ttioctl(k, tp, gen, cmd, block, k.peek(fp + F.f_flag));
}

/** The file is gone; with the last one of its generation the terminal is closed. */
export function* tty_close(k: Context, fp: number): Steps<number> {
  const tp = Math.abs(k.words[fp + F.f_data]);
  if (tp === 0) return 0;
  const token = ttyToken(k);
  yield* k.gettoken(token);
  if (k.get(tp + T.t_gen) === k.words[fp + F.f_offset]) {
    const opens = k.get(tp + T.t_opens) - 1;
    k.assert(opens >= 0, `tty_close: t_opens of tty ${tp} was 0`);
    k.set(tp + T.t_opens, opens);
    if (opens === 0) yield* ttyclose(k, tp);
  }
  yield* k.reltoken(token);
  return 0;
}

interface Use {
  readonly tp: number;
  readonly gen: number;
}

/** The terminal a file stands for at this moment; 0 for /dev/tty without a controlling terminal. */
function* terminalOf(k: Context, fp: number): Steps<Use> {
  const data = k.words[fp + F.f_data];
  if (data > 0) return { tp: data, gen: k.words[fp + F.f_offset] };
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const tp = yield* cttyvp(k, curproc(k));
  const gen = tp === 0 ? 0 : k.get(tp + T.t_gen);
  yield* k.reltoken(token);
  return { tp, gen };
}

/** TIOCNOTTY: the process gives its controlling terminal up; the leader of the session cannot. */
function* notty(k: Context): Steps<number> {
  const p = curproc(k);
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const hasOne = (yield* cttyvp(k, p)) !== 0;
  yield* k.reltoken(token);
  if (!hasOne) return EIO;
  yield* k.gettoken(p + P.p_token);
  const isLeader = isSessionLeader(k, p);
  if (!isLeader) yield* k.and(p + P.p_flags, ~P_CONTROLT);
  yield* k.reltoken(p + P.p_token);
  return isLeader ? EINVAL : 0;
}

/** f_flag may change under another thread's fcntl: either value is right. */
function ioflag(k: Context, fp: number): number {
  return (k.peek(fp + F.f_flag) & FNONBLOCK) === 0 ? 0 : IO_NDELAY;
}
