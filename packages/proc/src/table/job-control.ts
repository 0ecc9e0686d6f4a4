/**
 * Owns pg_jobc (seed lines 883-967): how many members of a group have a parent in another group of the same
 * session. With none the group is orphaned: nobody could continue it, so a stopped one is hung up. Each
 * process remembers which group counts it (p_jobcpg, under p_token), so that whatever it and its parent do at
 * the same time, it is counted once, and not counted once it has left. Run by any thread.
 *
 *     counted = the process and its parent are both alive, in different groups of one session
 *     read and changed with p_token of the process, p_token of its parent and pg_token of its group held
 *
 * Who changes one of the things that decide (group, parent) calls jobc_update afterwards.
 */
import { type Context, NOTHING, type Steps } from '@smplab/lwkt';
import { FN_KSIGNAL } from '../functions.ts';
import { listFirst, listNext } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { phold, prele } from './hold.ts';
import { fixjobcAsSeed, orphanpgAsSeed } from './job-control-seed.ts';
import { PG, pgref, pgrel } from './pgrp.ts';
import { P, SSTOP, SZOMB } from './proc.ts';
import { sessionOf } from './session.ts';

/** p_jobcpg of a process that exits: it is not counted any more, nor are its children because of it. */
export const JOBC_OUT = -1;

const SIGHUP = 1;
const SIGCONT = 19;

/**
 * The process enters the group, or leaves it for good because it exits; it and its children are counted
 * accordingly. The caller holds the process.
 */
export function* fixjobc(k: Context, p: number, pg: number, entering: number): Steps {
  if (procs(k).asSeed['fixjobc-unlocked']) return yield* fixjobcAsSeed(k, p, pg, entering, orphanpg);
  if (entering !== 0) {
    yield* jobc_update(k, p);
    yield* jobcChildren(k, p);
    return;
  }
  yield* k.gettoken(p + P.p_token);
  // The group that counts it is the one it is in, whatever the caller has read earlier; its parent may move
  // it still, and its reference to the group goes with it.
  const counts = k.get(p + P.p_jobcpg);
  const isCounted = counts !== 0 && counts !== JOBC_OUT;
  if (isCounted) yield* pgref(k, counts);
  k.set(p + P.p_jobcpg, JOBC_OUT);
  yield* k.reltoken(p + P.p_token);
  // First who may be counted anew, so that no group is orphaned for a moment.
  yield* jobcChildren(k, p);
  if (!isCounted) return;
  yield* jobcUncount(k, counts);
  yield* pgrel(k, counts);
}

/**
 * Counts each child anew: those the process has now, each held while its turn comes. Who gives it a further
 * one at this moment does so for that.
 */
export function jobcChildren(k: Context, p: number): Steps {
  return k.peek(p + P.p_children) === 0 ? NOTHING : updateChildren(k, p);
}

function* updateChildren(k: Context, p: number): Steps {
  const children: number[] = [];
  yield* k.gettoken(p + P.p_token);
  for (let child = listFirst(k, p + P.p_children); child !== 0; child = listNext(k, child, P.p_sibling)) {
    // A look is enough: who becomes a zombie takes itself out of the count before.
    if (k.peek(child + P.p_stat) === SZOMB) continue;
    yield* phold(k, child);
    children.push(child);
  }
  yield* k.reltoken(p + P.p_token);
  for (const child of children) {
    yield* jobc_update(k, child);
    yield* prele(k, child);
  }
}

/**
 * Makes the process counted in its group, or not, as its group and its parent are now. The caller holds it.
 */
export function* jobc_update(k: Context, p: number): Steps {
  let settled = false;
  while (!settled) {
    yield* k.gettoken(p + P.p_token);
    const parent = k.get(p + P.p_pptr);
    const pg = k.get(p + P.p_pgrp);
    if (parent === 0 || pg === 0 || k.get(p + P.p_jobcpg) === JOBC_OUT) {
      yield* k.reltoken(p + P.p_token);
      return;
    }
    yield* phold(k, parent);
    yield* pgref(k, pg);
    yield* k.gettoken(parent + P.p_token);
    yield* k.gettoken(pg + PG.pg_token);
    // With each of these tokens the ones before may have been lost: now all three are held.
    settled = k.get(p + P.p_pptr) === parent && k.get(p + P.p_pgrp) === pg;
    const orphaned = settled && jobcCount(k, p, parent, pg);
    yield* k.reltoken(pg + PG.pg_token);
    yield* k.reltoken(parent + P.p_token);
    yield* k.reltoken(p + P.p_token);
    if (orphaned) yield* orphanpg(k, pg);
    yield* pgrel(k, pg);
    yield* prele(k, parent);
  }
}

/**
 * The count itself: true if it fell to 0. The caller holds p_token of the process and of its parent, and
 * pg_token of the group the process is in.
 */
export function jobcCount(k: Context, p: number, parent: number, pg: number): boolean {
  const was = k.get(p + P.p_jobcpg);
  if (was === JOBC_OUT) return false;
  const counts = qualifies(k, p, parent, pg);
  if (counts === (was === pg)) return false;
  const jobc = k.get(pg + PG.pg_jobc) + (counts ? 1 : -1);
  k.assert(jobc >= 0, `pg_jobc of group ${k.get(pg + PG.pg_id)} falls below 0`);
  k.set(pg + PG.pg_jobc, jobc);
  k.set(p + P.p_jobcpg, counts ? pg : 0);
  return jobc === 0;
}

function qualifies(k: Context, p: number, parent: number, pg: number): boolean {
  const theirs = k.get(parent + P.p_pgrp);
  if (theirs === 0 || theirs === pg || k.get(parent + P.p_jobcpg) === JOBC_OUT) return false;
  return sessionOf(k, parent) === sessionOf(k, p);
}

/** One member that was counted is no longer; the caller has taken the group out of its p_jobcpg. */
export function* jobcUncount(k: Context, pg: number): Steps {
  yield* k.gettoken(pg + PG.pg_token);
  const jobc = k.get(pg + PG.pg_jobc) - 1;
  k.assert(jobc >= 0, `pg_jobc of group ${k.get(pg + PG.pg_id)} falls below 0`);
  k.set(pg + PG.pg_jobc, jobc);
  yield* k.reltoken(pg + PG.pg_token);
  if (jobc === 0) yield* orphanpg(k, pg);
}

/** Hangs the group up if it is orphaned and one of its members is stopped. The caller has a reference. */
export function* orphanpg(k: Context, pg: number): Steps {
  yield* k.gettoken(pg + PG.pg_token);
  if (procs(k).asSeed['orphanpg-walk']) yield* orphanpgAsSeed(k, pg);
  else yield* hangUp(k, yield* stoppedMembers(k, pg));
  yield* k.reltoken(pg + PG.pg_token);
}

/** All members, held, if one of them is stopped; else none. The caller holds pg_token. */
function* stoppedMembers(k: Context, pg: number): Steps<number[]> {
  const members: number[] = [];
  // Another process may have come to the rescue since the count fell.
  if (k.get(pg + PG.pg_jobc) !== 0) return members;
  let isStopped = false;
  for (let p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) {
    // p_stat belongs to p_token: who stops from now on is told by his own check of pg_jobc.
    if (k.peek(p + P.p_stat) === SSTOP) isStopped = true;
  }
  for (let p = listFirst(k, pg + PG.pg_members); isStopped && p !== 0; p = listNext(k, p, P.p_pglist)) {
    yield* phold(k, p);
    members.push(p);
  }
  return members;
}

/** Sending may block, and members may leave meanwhile: each is held until it has both signals. */
function* hangUp(k: Context, members: readonly number[]): Steps {
  for (const p of members) {
    yield* k.call(FN_KSIGNAL, p, SIGHUP);
    yield* k.call(FN_KSIGNAL, p, SIGCONT);
    yield* prele(k, p);
  }
}
