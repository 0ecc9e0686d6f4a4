/**
 * Owns the job-control count as the seed has it (lines 895-967), behind its fix switches: it follows the
 * groups of parents and children without their tokens, and walks lists while it blocks. Run by any thread.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { FN_KSIGNAL } from '../functions.ts';
import { listFirst, listNext } from '../queue.ts';
import { phold, prele } from './hold.ts';
import { PG, pgref, pgrel } from './pgrp.ts';
import { P, SSTOP, SZOMB } from './proc.ts';

const SIGHUP = 1;
const SIGCONT = 19;

/** What to do about a group whose count has fallen to 0. */
type Orphan = (k: Context, pg: number) => Steps;

/** fixjobc of the seed (audit 9). */
export function* fixjobcAsSeed(k: Context, p: number, pg: number, entering: number, orphan: Orphan): Steps {
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(pg + PG.pg_token);
  const session = k.get(pg + PG.pg_session);
  const theirs = k.get(k.get(p + P.p_pptr) + P.p_pgrp);
  if (theirs !== pg && k.get(theirs + PG.pg_session) === session) yield* adjust(k, pg, entering, orphan);
  for (let np = listFirst(k, p + P.p_children); np !== 0; np = listNext(k, np, P.p_sibling)) {
    yield* phold(k, np);
    yield* k.gettoken(np + P.p_token);
    const its = k.get(np + P.p_pgrp);
    if (its !== pg && k.get(its + PG.pg_session) === session && k.get(np + P.p_stat) !== SZOMB) {
      yield* pgref(k, its);
      yield* k.gettoken(its + PG.pg_token);
      yield* adjust(k, its, entering, orphan);
      yield* k.reltoken(its + PG.pg_token);
      yield* pgrel(k, its);
    }
    yield* k.reltoken(np + P.p_token);
    yield* prele(k, np);
  }
  k.assert(k.peek(pg + PG.pg_refs) > 0, 'fixjobc: the group has no reference');
  yield* k.reltoken(pg + PG.pg_token);
  yield* k.reltoken(p + P.p_token);
}

function* adjust(k: Context, pg: number, entering: number, orphan: Orphan): Steps {
  const jobc = k.get(pg + PG.pg_jobc) + (entering !== 0 ? 1 : -1);
  k.set(pg + PG.pg_jobc, jobc);
  if (entering === 0 && jobc === 0) yield* orphan(k, pg);
}

/** orphanpg of the seed (audit 10): its walk goes on from a member that may have left. */
export function* orphanpgAsSeed(k: Context, pg: number): Steps {
  for (let p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) {
    if (k.peek(p + P.p_stat) !== SSTOP) continue;
    for (p = listFirst(k, pg + PG.pg_members); p !== 0; p = listNext(k, p, P.p_pglist)) {
      yield* k.call(FN_KSIGNAL, p, SIGHUP);
      yield* k.call(FN_KSIGNAL, p, SIGCONT);
    }
    return;
  }
}
