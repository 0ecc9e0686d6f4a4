/**
 * Owns the terminals of a machine: laying them out, finding them, their hold counts, sleeping on one, and
 * whose controlling terminal one is (sys/kern/tty.c). Everything about a terminal is under tty_token; its
 * rings to the world outside are words apart (t_host, t_out).
 *
 *     proc_globals --g_ttys--> console, ttyv0, ttyv1        t_refs: one for each session with s_ttyp
 *     session <==s_ttyp / t_session==> tty --t_pgrp--> foreground group (pgrel clears it)
 */
import { Symbols, writeCstring } from '@smplab/kmem';
import {
  bootThread,
  type Context,
  ERESTART,
  functionNumber,
  KERN,
  type Kernel,
  type Steps,
  TDPRI_INT_MED,
  tsleep,
  VECTORS,
} from '@smplab/lwkt';
import { DEV_CONSOLE, DEV_TTYV0 } from '../file/filedesc-layout.ts';
import { procs } from '../proc-kernel.ts';
import { PG, S } from '../table/pgrp-layout.ts';
import { P, P_CONTROLT } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { sessionOf } from '../table/session.ts';
import { T, Tty } from './tty-layout.ts';
import { IFLAGS, LFLAGS, OFLAGS, TTY_VECTOR, TTYDEF, TTYDEFCHARS } from './ttycom.ts';

/** The thread that serves the terminals' interrupt (interrupt.ts). */
export const FN_TTYINTR = functionNumber('ttyintr');

const NAMES = ['console', 'ttyv0', 'ttyv1'] as const;
const OUTPUT_WORDS = [4096, 1024, 1024] as const;

/** Lays out the terminals and their interrupt thread, while the machine boots. */
export function bootTtys(kernel: Kernel, g: number): void {
  const { memory } = kernel;
  const ttys = new Symbols(memory).reserve('ttys', Tty, NAMES.length);
  memory.words[g + G.g_ttys] = ttys;
  memory.words[g + G.g_ntty] = NAMES.length;
  memory.words[g + G.g_console] = ttys;
  NAMES.forEach((name, at) => bootTty(kernel, ttys + at * Tty.size, at, name));
  const td = bootThread(kernel, 0, FN_TTYINTR, {
    name: 'ttyintr',
    pri: TDPRI_INT_MED,
    isSystem: true,
    nostart: true,
  });
  memory.words[memory.words[kernel.kern + KERN.k_ithreads] + (TTY_VECTOR % VECTORS)] = td;
}

function bootTty(kernel: Kernel, tp: number, at: number, name: string): void {
  const { memory } = kernel;
  const size = OUTPUT_WORDS[at];
  const out = memory.reserve(size);
  const { words } = memory;
  words[tp + T.t_dev] = at === 0 ? DEV_CONSOLE : DEV_TTYV0 + at - 1;
  words[tp + T.t_lflag] = TTYDEF & LFLAGS;
  words[tp + T.t_iflag] = TTYDEF & IFLAGS;
  words[tp + T.t_oflag] = TTYDEF & OFLAGS;
  TTYDEFCHARS.forEach((char, index) => (words[tp + T.t_cc + index] = char));
  words[tp + T.t_rows] = 24;
  words[tp + T.t_columns] = 80;
  words[tp + T.t_out] = out;
  words[tp + T.t_outsize] = size;
  writeCstring(memory, tp + T.t_name, 16, name);
}

/**
 * Makes a terminal the controlling one of a process that the machine boots with and that leads a session,
 * with `opens` files open on it already.
 */
export function bootControllingTty(kernel: Kernel, tp: number, p: number, opens: number): void {
  const { words } = kernel;
  const pg = words[p + P.p_pgrp];
  const session = words[pg + PG.pg_session];
  words[tp + T.t_refs]++;
  words[tp + T.t_session] = session;
  words[tp + T.t_pgrp] = pg;
  words[session + S.s_ttyp] = tp;
  words[session + S.s_ttyvp] = tp;
  words[p + P.p_flags] |= P_CONTROLT;
  words[tp + T.t_opens] += opens;
}

/** The token of all terminals. */
export function ttyToken(k: Context): number {
  return k.kernel.globals.lookup('tty');
}

/** The terminal of a device; 0 if it is none. Terminals stay for ever. */
export function ttyOf(k: Context, dev: number): number {
  const { g } = procs(k);
  const first = k.words[g + G.g_ttys];
  for (let at = 0; at < k.words[g + G.g_ntty]; at++) {
    const tp = first + at * Tty.size;
    if (k.words[tp + T.t_dev] === dev) return tp;
  }
  return 0;
}

/** A session keeps the terminal. Under tty_token. */
export function ttyhold(k: Context, tp: number): void {
  k.set(tp + T.t_refs, k.get(tp + T.t_refs) + 1);
}

/** Gives that back. Under tty_token. */
export function* ttyunhold(k: Context, tp: number): Steps {
  const refs = k.get(tp + T.t_refs) - 1;
  if (refs < 0) k.panic(`ttyunhold: t_refs of tty ${tp} was 0`);
  k.set(tp + T.t_refs, refs);
}

/**
 * Sleeps; ERESTART if the terminal was revoked or closed meanwhile. Under tty_token, which the sleep drops.
 */
export function* ttysleep(
  k: Context,
  tp: number,
  ident: number,
  flags: number,
  wmesg: string,
  timo = 0,
): Steps<number> {
  const gen = k.get(tp + T.t_gen);
  const error = yield* tsleep(k, ident, flags, wmesg, timo);
  if (error !== 0) return error;
  return k.get(tp + T.t_gen) === gen ? 0 : ERESTART;
}

/**
 * Whether it is the controlling terminal of a process (isctty). Under tty_token and the process's p_token.
 */
export function isctty(k: Context, p: number, tp: number): boolean {
  return sessionOf(k, p) === k.get(tp + T.t_session) && (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
}

/** The same, for callers that hold tty_token only. */
export function* ttyIsMine(k: Context, p: number, tp: number): Steps<boolean> {
  yield* k.gettoken(p + P.p_token);
  const isMine = isctty(k, p, tp);
  yield* k.reltoken(p + P.p_token);
  return isMine;
}
