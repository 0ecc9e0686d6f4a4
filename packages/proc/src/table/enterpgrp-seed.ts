/**
 * Owns enterpgrp as the seed has it (lines 657-776), behind the fix switch enterpgrp-revalidate: that there
 * is no such group is believed after everything that blocks. Run by any thread.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { EPERM, ESRCH } from '../errno.ts';
import { mayBlock } from '../may-block.ts';
import { procs } from '../proc-kernel.ts';
import { pfindn } from './find.ts';
import { jobc_update } from './job-control.ts';
import { dropNew, enterNewPgrp, newPgrp, newSession } from './new-pgrp.ts';
import { PG, pgfind, pgref, pgrel } from './pgrp.ts';
import { moveMember, settleCounts } from './pgrp-member.ts';
import { P, P_CONTROLT } from './proc.ts';
import { PRG } from './procglob.ts';
import { isSessionLeader, sessionOf } from './session.ts';

/** enterpgrp of the seed (audit 1 to 3): 0 or an errno. */
export function* enterpgrpAsSeed(k: Context, p: number, pgid: number, mksess: boolean): Steps<number> {
  let pg = yield* pgfind(k, pgid);
  if ((pg !== 0 && mksess) || isSessionLeader(k, p)) {
    if (procs(k).asSeed['setsid-revalidate'])
      k.panic('enterpgrp: setsid into non-empty pgrp, or by a leader');
    if (pg !== 0) yield* pgrel(k, pg);
    return EPERM;
  }
  if (pg === 0) {
    k.assert(k.get(p + P.p_pid) === pgid, 'enterpgrp: new pgrp and pid != pgid');
    pg = yield* makeGroup(k, p, pgid, mksess);
    if (pg === 0) return ESRCH;
  } else if (pg === k.get(p + P.p_pgrp)) {
    yield* pgrel(k, pg);
    return 0;
  }
  yield* k.gettoken(pg + PG.pg_token);
  yield* k.gettoken(p + P.p_token);
  const old = yield* takeOld(k, p);
  const debt = moveMember(k, p, pg, old);
  yield* jobc(k, p, pg, old, debt);
  if (old !== 0) {
    yield* k.reltoken(old + PG.pg_token);
    yield* pgrel(k, old);
    yield* pgrel(k, old);
  }
  yield* k.reltoken(p + P.p_token);
  yield* k.reltoken(pg + PG.pg_token);
  return 0;
}

/** The group is made whether or not one has come up meanwhile; 0 if the process is not in the table. */
function* makeGroup(k: Context, p: number, pgid: number, mksess: boolean): Steps<number> {
  const prg = procs(k).bucketOf(pgid);
  const pg = yield* newPgrp(k, pgid);
  // kmalloc(M_WAITOK): the token of the process may be lost, and its parent make the group.
  yield* mayBlock(k);
  if ((yield* pfindn(k, pgid)) !== p) {
    if (procs(k).asSeed['enterpgrp-error-release']) yield* k.reltoken(prg + PRG.proc_token);
    yield* dropNew(k, pg, 0);
    return 0;
  }
  yield* k.gettoken(prg + PRG.proc_token);
  const sess = mksess ? yield* newSession(k, p, pgid) : 0;
  yield* k.gettoken(p + P.p_token);
  yield* enterNewPgrp(k, prg, pg, sess, sessionOf(k, p));
  if (mksess) yield* k.and(p + P.p_flags, ~P_CONTROLT);
  yield* k.reltoken(p + P.p_token);
  yield* k.reltoken(prg + PRG.proc_token);
  return pg;
}

/** The group of the process, referenced and with its token held; 0 if it is in none. */
function* takeOld(k: Context, p: number): Steps<number> {
  for (;;) {
    const old = k.get(p + P.p_pgrp);
    if (old === 0) return 0;
    yield* pgref(k, old);
    yield* k.gettoken(old + PG.pg_token);
    if (k.get(p + P.p_pgrp) === old) return old;
    yield* k.reltoken(old + PG.pg_token);
    yield* pgrel(k, old);
  }
}

function* jobc(k: Context, p: number, pg: number, old: number, debt: boolean): Steps {
  if (!procs(k).asSeed['fixjobc-unlocked']) yield* jobc_update(k, p);
  yield* settleCounts(k, p, pg, old, debt);
}
