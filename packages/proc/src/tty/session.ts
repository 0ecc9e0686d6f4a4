/**
 * Owns what ties terminals to sessions and takes them apart again (sys/kern/tty.c, ttyclearsession and
 * ttyclosesession; sys/kern/tty_tty.c; the part of exit1 about session leaders). Takes tty_token.
 *
 * The close is a half close: the terminal forgets the session at once, the session keeps s_ttyp for ps until
 * it is freed (sess_rele, which gives the hold back). s_ttyvp is what /dev/tty leads to, and goes at once.
 */
import { type Context, ERESTART, NOTHING, type Steps } from '@smplab/lwkt';
import { EPERM } from '../errno.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { ksignal } from '../signal/ksignal.ts';
import { SIGHUP } from '../signal/signals.ts';
import { phold, prele } from '../table/hold.ts';
import { S } from '../table/pgrp-layout.ts';
import { P, P_CONTROLT } from '../table/proc.ts';
import { isSessionLeader, sessionOf } from '../table/session.ts';
import { ttyflush, ttysignal, ttwakeup } from './discipline.ts';
import { ttwwakeup } from './output.ts';
import { funsetown } from './sigio.ts';
import { T, TS_ZOMBIE } from './tty-layout.ts';
import { TTY_FREAD, TTY_FWRITE } from './ttycom.ts';
import { ttyhold, ttyToken, ttyunhold } from './tty.ts';

/** The terminal forgets its session and foreground group. Under tty_token. */
export function ttyclearsession(k: Context, tp: number): void {
  k.set(tp + T.t_pgrp, 0);
  // Before 2010-08-26 it went on pointing at the session, which may be freed (P29).
  if (!procs(k).asSeed['tty-freed-session']) k.set(tp + T.t_session, 0);
}

/** The last file of a generation is closed, or there are none any more (ttyclose). Under tty_token. */
export function* ttyclose(k: Context, tp: number): Steps {
  k.set(tp + T.t_gen, (k.get(tp + T.t_gen) + 1) | 0);
  k.set(tp + T.t_opens, 0);
  ttyclearsession(k, tp);
  yield* funsetown(k, tp + T.t_sigio);
  yield* ttyflush(k, tp, TTY_FREAD | TTY_FWRITE);
  k.set(tp + T.t_state, 0);
}

/**
 * All files of the terminal are cut off: reads end, writes fail, who sleeps on it looks again. Under
 * tty_token.
 */
export function* ttyrevoke(k: Context, tp: number): Steps {
  yield* ttyclose(k, tp);
  yield* ttwakeup(k, tp);
  yield* ttwwakeup(k, tp);
}

/**
 * The line is cut (ttymodem without carrier): SIGHUP for the leader of the session, reads end and writes fail
 * until the last file is closed. Takes tty_token.
 */
export function* ttyhangup(k: Context, tp: number): Steps {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  k.set(tp + T.t_state, k.get(tp + T.t_state) | TS_ZOMBIE);
  const session = k.get(tp + T.t_session);
  // It is the leader until its exit has come to ttyexit, under this token: it can be held.
  const leader = session === 0 ? 0 : k.get(session + S.s_leader);
  if (leader !== 0) {
    yield* phold(k, leader);
    yield* ksignal(k, leader, SIGHUP);
    yield* prele(k, leader);
  }
  yield* ttyflush(k, tp, TTY_FREAD | TTY_FWRITE);
  yield* ttwakeup(k, tp);
  yield* k.reltoken(token);
}

/** The session has no controlling terminal any more; with `revokes` nobody else has it either. */
export function* ttyclosesession(k: Context, session: number, revokes: boolean): Steps {
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const tp = k.get(session + S.s_ttyvp);
  k.set(session + S.s_ttyvp, 0);
  if (tp !== 0 && revokes) yield* ttyrevoke(k, tp);
  yield* k.reltoken(token);
}

/**
 * Makes the terminal the controlling one of the current process (TIOCSCTTY): 0, EPERM or ERESTART. Under
 * tty_token.
 */
export function* ttysetctty(k: Context, tp: number): Steps<number> {
  const p = curproc(k);
  const gen = k.get(tp + T.t_gen);
  yield* k.gettoken(p + P.p_token);
  // It may have been revoked while this waited: the call looks again.
  if (k.get(tp + T.t_gen) !== gen) {
    yield* k.reltoken(p + P.p_token);
    return ERESTART;
  }
  const session = sessionOf(k, p);
  const isTaken = k.get(session + S.s_ttyvp) !== 0 || k.get(tp + T.t_session) !== 0;
  if (!isSessionLeader(k, p) || (isTaken && k.get(tp + T.t_session) !== session)) {
    yield* k.reltoken(p + P.p_token);
    return EPERM;
  }
  const old = k.get(session + S.s_ttyp);
  ttyhold(k, tp);
  k.set(tp + T.t_session, session);
  k.set(tp + T.t_pgrp, k.get(p + P.p_pgrp));
  k.set(session + S.s_ttyp, tp);
  k.set(session + S.s_ttyvp, tp);
  if (old !== 0) yield* ttyunhold(k, old);
  yield* k.or(p + P.p_flags, P_CONTROLT);
  yield* k.reltoken(p + P.p_token);
  return 0;
}

/** What /dev/tty leads to for a process; 0 if it has no controlling terminal (cttyvp). Under tty_token. */
export function* cttyvp(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const hasOne = (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
  const tp = hasOne ? k.get(sessionOf(k, p) + S.s_ttyvp) : 0;
  yield* k.reltoken(p + P.p_token);
  return tp;
}

/**
 * A process exits that may lead a session: then its foreground group is sent SIGHUP, the terminal is revoked,
 * and the session has no leader. Called by exit1 after the files of the process are closed, with p_token
 * held; may block.
 */
export function ttyexit(k: Context, p: number): Steps {
  return isSessionLeader(k, p) ? leaderExits(k, p) : NOTHING;
}

function* leaderExits(k: Context, p: number): Steps {
  const session = sessionOf(k, p);
  const token = ttyToken(k);
  yield* k.gettoken(token);
  const tp = k.get(session + S.s_ttyp);
  if (k.get(session + S.s_ttyvp) !== 0) {
    const isOurs = tp !== 0 && k.get(tp + T.t_session) === session;
    if (isOurs) yield* ttysignal(k, tp, SIGHUP);
    // Somebody may have revoked it meanwhile, and another session have taken it.
    yield* ttyclosesession(k, session, isOurs && k.get(tp + T.t_session) === session);
  }
  // s_ttyp stays: it tells that the session once had a terminal, until sess_rele.
  k.set(session + S.s_leader, 0);
  yield* k.reltoken(token);
}
