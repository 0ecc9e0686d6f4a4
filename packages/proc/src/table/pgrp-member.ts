/**
 * Owns the step from one group to another: the lists of members, and afterwards the job-control counts. Run
 * by the thread that moves the process, which holds it.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { listInsertHead, listRemove } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { fixjobc, JOBC_OUT, jobcChildren, jobcUncount } from './job-control.ts';
import { PG } from './pgrp-layout.ts';
import { P } from './proc.ts';

/**
 * Makes the process a member of the target, whose reference becomes the process's own; true if the old group
 * counts it still. The caller holds p_token and pg_token of both; `old` is 0 if it was in no group.
 */
export function moveMember(k: Context, p: number, target: number, old: number): boolean {
  if (old !== 0) listRemove(k, p, P.p_pglist);
  k.set(p + P.p_pgrp, target);
  listInsertHead(k, target + PG.pg_members, p, P.p_pglist);
  const was = k.get(p + P.p_jobcpg);
  if (was !== JOBC_OUT) k.set(p + P.p_jobcpg, 0);
  return old !== 0 && was === old;
}

/**
 * After a move, the target counts the process already: its children are counted anew, and then the old group
 * stops counting it if it did. The other way round it could be orphaned for a moment.
 */
export function* settleCounts(k: Context, p: number, target: number, old: number, debt: boolean): Steps {
  if (procs(k).asSeed['fixjobc-unlocked']) {
    yield* fixjobc(k, p, target, 1);
    if (old !== 0) yield* fixjobc(k, p, old, 0);
    return;
  }
  yield* jobcChildren(k, p);
  if (debt) yield* jobcUncount(k, old);
}
