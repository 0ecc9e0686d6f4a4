/**
 * Owns moving a process to another group, that may be new, in a session that may be new (setpgid and setsid;
 * seed lines 652-776). All that decides is looked at once more when every token is held at the same time:
 *
 *     proc_token of the bucket -> pg_token of the group -> p_token -> pg_token of the old group -> p_token of
 *     the parent
 *
 * Run by any thread that holds the process; tokens it has may be lost meanwhile.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { EPERM, ESRCH } from '../errno.ts';
import { procs } from '../proc-kernel.ts';
import { enterpgrpAsSeed } from './enterpgrp-seed.ts';
import { pfindn } from './find.ts';
import { phold, prele } from './hold.ts';
import { jobcCount } from './job-control.ts';
import { dropNew, enterNewPgrp, newPgrp, newSession } from './new-pgrp.ts';
import { PG, pgref, pgrel, pgrpListed } from './pgrp.ts';
import { moveMember, settleCounts } from './pgrp-member.ts';
import { P, P_CONTROLT, SZOMB } from './proc.ts';
import { PRG } from './procglob.ts';
import { isSessionLeader, sessionOf } from './session.ts';

/** What one attempt is about. */
interface Move {
  readonly p: number;
  readonly pgid: number;
  readonly mksess: boolean;
  /** Bucket of the group. */
  readonly prg: number;
  /** Group and session made for it, 0 for none; taken out when they are used. */
  pg: number;
  sess: number;
}

/** The tokens of an attempt, all held. */
interface Held {
  /** The group as it was found, referenced; 0: there is none. */
  readonly found: number;
  readonly target: number;
  /** The old group, referenced; 0: none. */
  readonly old: number;
  /** Held; 0: none. */
  readonly parent: number;
}

/** 0; EPERM if the group may not be entered, ESRCH if the process is in none any more. */
export function* enterpgrp(k: Context, p: number, pgid: number, mksess: number): Steps<number> {
  const { asSeed } = procs(k);
  if (asSeed['enterpgrp-revalidate']) return yield* enterpgrpAsSeed(k, p, pgid, mksess !== 0);
  const move = { p, pgid, mksess: mksess !== 0, prg: procs(k).bucketOf(pgid), pg: 0, sess: 0 };
  if (asSeed['enterpgrp-error-release'] && (yield* isGone(k, move))) {
    // The seed takes this token further down (audit 1).
    yield* k.reltoken(move.prg + PRG.proc_token);
    return ESRCH;
  }
  let error = -1;
  while (error < 0) error = yield* attempt(k, move);
  yield* dropNew(k, move.pg, move.sess);
  return error;
}

function* isGone(k: Context, move: Move): Steps<boolean> {
  const pid = k.get(move.p + P.p_pid);
  return pid === move.pgid && (yield* pfindn(k, pid)) !== move.p;
}

/** 0, an errno, or -1: something changed while it waited for tokens. */
function* attempt(k: Context, move: Move): Steps<number> {
  const { p, prg } = move;
  yield* k.gettoken(prg + PRG.proc_token);
  const found = pgrpListed(k, prg, move.pgid);
  if (found === 0 && move.pg === 0) {
    yield* k.reltoken(prg + PRG.proc_token);
    return yield* prepare(k, move);
  }
  if (found !== 0) yield* pgref(k, found);
  const target = found === 0 ? move.pg : found;
  yield* k.gettoken(target + PG.pg_token);
  yield* k.gettoken(p + P.p_token);
  const old = k.get(p + P.p_pgrp);
  const parent = k.get(p + P.p_pptr);
  if (old !== 0) {
    yield* pgref(k, old);
    if (parent !== 0) yield* phold(k, parent);
    yield* k.gettoken(old + PG.pg_token);
    if (parent !== 0) yield* k.gettoken(parent + P.p_token);
  }
  const held: Held = { found, target, old, parent };
  const isCurrent =
    k.get(p + P.p_pgrp) === old &&
    k.get(p + P.p_pptr) === parent &&
    (found !== 0 || pgrpListed(k, prg, move.pgid) === 0);
  const error = isCurrent ? refusal(k, move, held) : -1;
  const moves = error === 0 && target !== old;
  if (moves && found === 0) yield* enterNew(k, move, old);
  const debt = moves && moveMember(k, p, target, old);
  // Before anybody sees it in its new group, or that would look orphaned.
  if (moves && parent !== 0 && !procs(k).asSeed['fixjobc-unlocked']) jobcCount(k, p, parent, target);
  yield* letGo(k, move, held);
  if (moves) {
    yield* settleCounts(k, p, target, old, debt);
    // The reference the process had to its old group.
    yield* pgrel(k, old);
  } else if (found !== 0) {
    yield* pgrel(k, found);
  }
  return error;
}

/** Makes what is needed if there is no such group: for the next attempt. */
function* prepare(k: Context, move: Move): Steps<number> {
  const { p, pgid } = move;
  if (k.get(p + P.p_pid) !== pgid) return EPERM;
  move.pg = yield* newPgrp(k, pgid);
  if (move.mksess) move.sess = yield* newSession(k, p, pgid);
  return -1;
}

/** Why the process may not enter the group: an errno, or 0. All tokens are held. */
function refusal(k: Context, move: Move, held: Held): number {
  const { p, mksess } = move;
  const { found, old } = held;
  if (old === 0 || k.get(p + P.p_stat) === SZOMB) return ESRCH;
  // Its parent made the group while it called setsid, or another of its lwps was faster (audit 3).
  if (isSessionLeader(k, p) || (mksess && found !== 0)) {
    if (procs(k).asSeed['setsid-revalidate']) {
      k.panic(found !== 0 ? 'enterpgrp: setsid into non-empty pgrp' : 'enterpgrp: session leader');
    }
    return EPERM;
  }
  // It called setsid while its parent called setpgid: the group found is of another session.
  if (found !== 0 && k.get(found + PG.pg_session) !== sessionOf(k, p)) return EPERM;
  return 0;
}

/** Enters the new group; it is the move's own no more. */
function* enterNew(k: Context, move: Move, old: number): Steps {
  yield* enterNewPgrp(k, move.prg, move.pg, move.sess, k.get(old + PG.pg_session));
  if (move.mksess) yield* k.and(move.p + P.p_flags, ~P_CONTROLT);
  move.pg = 0;
  move.sess = 0;
}

function* letGo(k: Context, move: Move, { target, old, parent }: Held): Steps {
  if (old !== 0) {
    if (parent !== 0) yield* k.reltoken(parent + P.p_token);
    yield* k.reltoken(old + PG.pg_token);
  }
  yield* k.reltoken(move.p + P.p_token);
  yield* k.reltoken(target + PG.pg_token);
  yield* k.reltoken(move.prg + PRG.proc_token);
  if (old === 0) return;
  yield* pgrel(k, old);
  if (parent !== 0) yield* prele(k, parent);
}
