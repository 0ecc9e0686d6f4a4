/**
 * Owns taking a process out of its group for good (seed lines 778-807), when it is reaped. Run by the reaper.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { listRemove } from '../queue.ts';
import { JOBC_OUT, jobcUncount } from './job-control.ts';
import { PG, pgref, pgrel } from './pgrp.ts';
import { P } from './proc.ts';

/** The process is in no group any more; always 0. */
export function* leavepgrp(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  for (;;) {
    const pg = k.get(p + P.p_pgrp);
    if (pg === 0) break;
    yield* pgref(k, pg);
    yield* k.gettoken(pg + PG.pg_token);
    // The process may have been moved while its token was lost.
    const isCurrent = k.get(p + P.p_pgrp) === pg;
    // It has left the count when it exited (fixjobc); if not, it does so now.
    const counts = isCurrent && k.get(p + P.p_jobcpg) === pg;
    if (isCurrent) {
      k.set(p + P.p_pgrp, 0);
      k.set(p + P.p_jobcpg, JOBC_OUT);
      listRemove(k, p, P.p_pglist);
    }
    yield* k.reltoken(pg + PG.pg_token);
    if (counts) yield* jobcUncount(k, pg);
    yield* pgrel(k, pg);
    if (!isCurrent) continue;
    yield* pgrel(k, pg);
    break;
  }
  yield* k.reltoken(p + P.p_token);
  return 0;
}
