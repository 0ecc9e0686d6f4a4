/**
 * Owns signals to a process group (pgsignal, gsignal of kern_sig.c). pg_lock, held exclusively, keeps forks
 * of members out from the look at the list until all have the signal, so that no child is missed (P15). The
 * list itself is guarded by pg_token, which any signal may lose: so members are held first and signalled
 * afterwards.
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { listFirst, listNext } from '../queue.ts';
import { phold, prele } from '../table/hold.ts';
import { PG } from '../table/pgrp-layout.ts';
import { pgfind, pgref, pgrel } from '../table/pgrp.ts';
import { P, P_CONTROLT } from '../table/proc.ts';
import { ksignal } from './ksignal.ts';

/** Sends a signal to all members, or to those with a controlling terminal. The caller has a reference. */
export function* pgsignal(k: Context, pg: number, sig: number, checkctty = 0): Steps {
  if (pg === 0) return;
  yield* pgref(k, pg);
  yield* eachMember(k, pg, function* (p) {
    const isWanted = checkctty === 0 || (k.peek(p + P.p_flags) & P_CONTROLT) !== 0;
    if (isWanted) yield* ksignal(k, p, sig);
  });
  yield* pgrel(k, pg);
}

/** The same by number; nothing happens if there is no such group. */
export function* gsignal(k: Context, pgid: number, sig: number): Steps {
  const pg = pgid === 0 ? 0 : yield* pgfind(k, pgid);
  if (pg === 0) return;
  yield* pgsignal(k, pg, sig);
  yield* pgrel(k, pg);
}

/** Visits each member, held, while no member forks. The caller has a reference to the group. */
export function* eachMember(k: Context, pg: number, visit: (p: number) => Steps): Steps {
  const { asSeed } = procs(k);
  // Before 2006-10-10 forks were not kept out.
  const isLocked = !asSeed['fork-misses-signal'];
  if (isLocked) yield* lockmgr(k, pg + PG.pg_lock, LK_EXCLUSIVE);
  if (asSeed['orphanpg-walk']) yield* walkUnheld(k, pg, visit);
  else for (const p of yield* membersOf(k, pg)) yield* visitHeld(k, p, visit);
  if (isLocked) yield* lockmgr(k, pg + PG.pg_lock, LK_RELEASE);
}

function* visitHeld(k: Context, p: number, visit: (p: number) => Steps): Steps {
  yield* visit(p);
  yield* prele(k, p);
}

/** The members, each held: a member is not freed before it has left the group, under pg_token. */
function* membersOf(k: Context, pg: number): Steps<number[]> {
  const members: number[] = [];
  yield* k.gettoken(pg + PG.pg_token);
  for (let p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) {
    yield* phold(k, p);
    members.push(p);
  }
  yield* k.reltoken(pg + PG.pg_token);
  return members;
}

/**
 * kern_sig.c of the seed's tree: the list is walked without its token, and members come and go (audit 10).
 */
function* walkUnheld(k: Context, pg: number, visit: (p: number) => Steps): Steps {
  for (let p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) yield* visit(p);
}
