/**
 * Owns the references of process groups, and finding a group by its number (seed lines 567-650): one
 * reference for each member and one for whoever looks at the group. Run by any thread, without requirements.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { FN_FUNSETOWNLST } from '../functions.ts';
import { kfree, M_PGRP } from '../malloc-types.ts';
import { listFirst, listNext, listRemove } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { T } from '../tty/tty-layout.ts';
import { PG, S } from './pgrp-layout.ts';
import { stampReuse } from './pid-domain.ts';
import { G, PRG } from './procglob.ts';
import { sess_rele } from './session.ts';

export { PG, Pgrp, S, Session } from './pgrp-layout.ts';

/** Takes a further reference: the caller has one, or the token of a member or of the bucket. */
export function pgref(k: Context, pg: number): Steps {
  return k.upon(k.fetchadd(pg + PG.pg_refs, 1), checkRefs, pg);
}

function checkRefs(k: Context, before: number, pg: number): null {
  return before > 0 ? null : k.panic(`pgref: group ${pg} has ${before} references`);
}

/**
 * Takes a reference through a pointer that has none of its own (t_pgrp, sio_pgrp) under the token that guards
 * the pointer; false if the last reference has just been given back.
 */
export function* pgtryref(k: Context, pg: number): Steps<boolean> {
  for (;;) {
    const count = yield* k.load(pg + PG.pg_refs);
    if (count === 0) return false;
    if (yield* k.cmpset(pg + PG.pg_refs, count, count + 1)) return true;
  }
}

/** Gives a reference back; with the last one the group is gone. */
export function* pgrel(k: Context, pg: number): Steps {
  const pgid = k.get(pg + PG.pg_id);
  for (;;) {
    const count = yield* k.load(pg + PG.pg_refs);
    if (count > 1) {
      if (yield* k.cmpset(pg + PG.pg_refs, count, count - 1)) return;
      continue;
    }
    if (count <= 0) k.panic(`pgrel: group ${pgid} has ${count} references`);
    if (yield* pgrelLast(k, pg, pgid)) return;
  }
}

/** Gives the last reference back, unless somebody has taken one meanwhile: then false. */
function* pgrelLast(k: Context, pg: number, pgid: number): Steps<boolean> {
  const asSeed = procs(k).asSeed['pgrel-tty'];
  const tty = k.kernel.globals.lookup('tty');
  const prg = procs(k).bucketOf(pgid);
  // Without tty_token, a terminal that is given another group meanwhile loses it (audit 12).
  if (!asSeed) yield* k.gettoken(tty);
  yield* k.gettoken(prg + PRG.proc_token);
  if (!(yield* k.cmpset(pg + PG.pg_refs, 1, 0))) {
    yield* k.reltoken(prg + PRG.proc_token);
    if (!asSeed) yield* k.reltoken(tty);
    return false;
  }
  listRemove(k, pg, PG.pg_list);
  stampReuse(k, pgid);
  if (asSeed) yield* teardownAsSeed(k, pg, prg);
  else yield* teardown(k, pg, prg, tty);
  yield* sess_rele(k, k.get(pg + PG.pg_session));
  yield* kfree(k, M_PGRP, pg);
  yield* k.fetchadd(procs(k).g + G.g_npgrps, -1);
  return true;
}

/** The terminal first, with nothing in between that could block; then who asked for SIGIO. */
function* teardown(k: Context, pg: number, prg: number, tty: number): Steps {
  const tp = k.get(k.get(pg + PG.pg_session) + S.s_ttyp);
  if (tp !== 0 && k.get(tp + T.t_pgrp) === pg) k.set(tp + T.t_pgrp, 0);
  yield* k.reltoken(prg + PRG.proc_token);
  yield* k.reltoken(tty);
  yield* k.call(FN_FUNSETOWNLST, pg + PG.pg_sigiolst);
}

/** The seed (lines 603-617): first what may block, then a terminal that is read without tty_token. */
function* teardownAsSeed(k: Context, pg: number, prg: number): Steps {
  yield* k.call(FN_FUNSETOWNLST, pg + PG.pg_sigiolst);
  const tp = k.get(k.get(pg + PG.pg_session) + S.s_ttyp);
  if (tp !== 0) {
    const foreground = k.get(tp + T.t_pgrp);
    // Two accesses in the seed: somebody else's may come between them.
    yield* k.loadRelaxed(tp + T.t_pgrp);
    if (foreground === pg) k.set(tp + T.t_pgrp, 0);
  }
  yield* k.reltoken(prg + PRG.proc_token);
}

/** The group with a number, referenced; 0 if there is none. */
export function* pgfind(k: Context, pgid: number): Steps<number> {
  const prg = procs(k).bucketOf(pgid);
  yield* lwkt_gettoken_shared(k, prg + PRG.proc_token);
  const pg = pgrpListed(k, prg, pgid);
  if (pg !== 0) yield* pgref(k, pg);
  yield* k.reltoken(prg + PRG.proc_token);
  return pg;
}

/** The group with a number on the list of its bucket, whose token the caller holds; 0 if there is none. */
export function pgrpListed(k: Context, prg: number, pgid: number): number {
  let pg = listFirst(k, prg + PRG.allpgrp);
  while (pg !== 0 && k.get(pg + PG.pg_id) !== pgid) pg = listNext(k, pg, PG.pg_list);
  return pg;
}
