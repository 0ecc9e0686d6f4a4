/**
 * Owns the way of terminals to the host: an interrupt thread of cpu0 takes what the host has typed out of the
 * t_host rings, and wakes writers once the host has taken output. Woken by TTY_VECTOR, which the host raises
 * after it moved t_hosttail or t_outhead; it lives as long as the machine.
 *
 *     host: t_host[tail++] ...; t_hosttail = tail; interrupt(0, TTY_VECTOR)
 *     host: takes t_out up to t_outtail; t_outhead = t_outtail; interrupt(0, TTY_VECTOR)
 *     host: t_hostsize = rows << 16 | columns; t_flags |= TF_WINSIZE; interrupt(0, TTY_VECTOR)
 *     host: has gone; t_flags |= TF_HANGUP; interrupt(0, TTY_VECTOR)
 */
import {
  type Context,
  crit_enter,
  crit_exit,
  lwkt_deschedule_self,
  lwkt_switch,
  raise_int,
  type Steps,
} from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { ttyinput } from './discipline.ts';
import { isFull, ttwwakeup, ttyoutq } from './output.ts';
import { ttyhangup } from './session.ts';
import { ttysetsize } from './ioctl.ts';
import { T, TF_HANGUP, TF_WINSIZE, TS_SO_OLOWAT, Tty, TTY_RING } from './tty-layout.ts';
import { TTY_VECTOR } from './ttycom.ts';
import { ttyToken } from './tty.ts';

/** The body of the thread. */
export function* ttyintr(k: Context): Steps {
  const { g } = procs(k);
  const ttys = Array.from(
    { length: k.words[g + G.g_ntty] },
    (_, at) => k.words[g + G.g_ttys] + at * Tty.size,
  );
  for (;;) {
    const heads = ttys.map((tp) => k.peek(tp + T.t_outhead));
    for (const tp of ttys) yield* serve(k, tp);
    crit_enter(k);
    // An interrupt while the thread runs does not start it again: what came meanwhile is found by looking.
    // What comes from here on is an interrupt of this CPU.
    if (!ttys.some((tp, at) => hasNews(k, tp) || k.peek(tp + T.t_outhead) !== heads[at])) {
      lwkt_deschedule_self(k);
      yield* lwkt_switch(k);
    }
    yield* crit_exit(k);
  }
}

function* serve(k: Context, tp: number): Steps {
  let head = k.peek(tp + T.t_hosthead);
  while (head !== (yield* k.load(tp + T.t_hosttail))) {
    // Written before t_hosttail was moved beyond it.
    const byte = k.peek(tp + T.t_host + (head & (TTY_RING - 1))) & 0xff;
    head = (head + 1) | 0;
    yield* k.store(tp + T.t_hosthead, head);
    yield* ttyinput(k, tp, byte);
  }
  if ((k.peek(tp + T.t_flags) & TF_HANGUP) !== 0) {
    yield* k.and(tp + T.t_flags, ~TF_HANGUP);
    yield* ttyhangup(k, tp);
  }
  if ((k.peek(tp + T.t_flags) & TF_WINSIZE) !== 0) {
    yield* k.and(tp + T.t_flags, ~TF_WINSIZE);
    yield* ttysetsize(k, tp, k.peek(tp + T.t_hostsize));
  }
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const isWaitedFor = (k.get(tp + T.t_state) & TS_SO_OLOWAT) !== 0;
  if (isWaitedFor && (!isFull(k, tp) || ttyoutq(k, tp) === 0)) yield* ttwwakeup(k, tp);
  yield* k.reltoken(token);
}

function hasNews(k: Context, tp: number): boolean {
  return (
    (k.peek(tp + T.t_flags) & (TF_HANGUP | TF_WINSIZE)) !== 0 ||
    k.peek(tp + T.t_hosthead) !== k.peek(tp + T.t_hosttail)
  );
}

/** Types a text at a terminal as the host does, from inside the machine: for tests and simulated users. */
export function* ttyType(k: Context, tp: number, text: string): Steps {
  const bytes = new TextEncoder().encode(text);
  const tail = k.peek(tp + T.t_hosttail);
  const room = TTY_RING - ((tail - k.peek(tp + T.t_hosthead)) | 0);
  k.assert(bytes.length <= room, `ttyType: ${bytes.length} bytes, and room for ${room}`);
  for (let at = 0; at < bytes.length; at++) {
    yield* k.storeRelaxed(tp + T.t_host + ((tail + at) & (TTY_RING - 1)), bytes[at]);
  }
  yield* k.store(tp + T.t_hosttail, (tail + bytes.length) | 0);
  yield* raise_int(k, 0, TTY_VECTOR);
}
