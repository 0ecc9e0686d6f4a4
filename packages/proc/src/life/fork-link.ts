/**
 * Owns entering an embryo into the table, its group and its family (the end of fork1), and taking it out of
 * the table again. Run by the thread that forks, with p_token of the parent and of the embryo held.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { listInsertAfter, listInsertHead, listRemove } from '../queue.ts';
import { PSTALL, prele } from '../table/hold.ts';
import { PG, pgref, pgrel } from '../table/pgrp.ts';
import { stampReuse } from '../table/pid-domain.ts';
import { P } from '../table/proc.ts';
import { PRG } from '../table/procglob.ts';
import { reaper_get } from './reaper.ts';
import { RFNOWAIT } from './rfork-flags.ts';

/**
 * Makes the embryo a member of the parent's group and a child, both at once, so that whoever moves the parent
 * meets either none or both. False if the parent has left the group `locked`, whose signals are kept away
 * (0: none are): then nothing has happened.
 */
export function* embryoLink(
  k: Context,
  p1: number,
  p2: number,
  locked: number,
  flags: number,
): Steps<boolean> {
  const isAdopted = (flags & RFNOWAIT) !== 0;
  const parent = isAdopted ? yield* reaper_get(k, k.get(p2 + P.p_reaper)) : p1;
  if (isAdopted) yield* k.gettoken(parent + P.p_token);
  const isDone = yield* enter(k, p1, p2, parent, locked);
  if (isAdopted) {
    yield* k.reltoken(parent + P.p_token);
    yield* prele(k, parent);
  }
  return isDone;
}

function* enter(k: Context, p1: number, p2: number, parent: number, locked: number): Steps<boolean> {
  for (;;) {
    const pg = k.get(p1 + P.p_pgrp);
    if (locked !== 0 && pg !== locked) return false;
    yield* pgref(k, pg);
    yield* k.gettoken(pg + PG.pg_token);
    // The parent may have been moved while this waited: then it is not on the list of this group.
    const isMember = k.get(p1 + P.p_pgrp) === pg;
    if (isMember) {
      listInsertAfter(k, p1, p2, P.p_pglist);
      k.set(p2 + P.p_pgrp, pg);
      adopt(k, parent, p2);
    }
    yield* k.reltoken(pg + PG.pg_token);
    if (isMember) return true;
    yield* pgrel(k, pg);
  }
}

/**
 * The seed's way: the group is what the parent had when the fork began, the pointer what it had when the
 * embryo was filled in, and neither is looked at again (fork-pgrp-cached).
 */
export function* embryoLinkAsSeed(
  k: Context,
  p1: number,
  p2: number,
  pg: number,
  copied: number,
  flags: number,
): Steps {
  yield* pgref(k, pg);
  k.set(p2 + P.p_pgrp, copied);
  yield* k.gettoken(pg + PG.pg_token);
  listInsertAfter(k, p1, p2, P.p_pglist);
  yield* k.reltoken(pg + PG.pg_token);
  const isAdopted = (flags & RFNOWAIT) !== 0;
  const parent = isAdopted ? yield* reaper_get(k, k.get(p2 + P.p_reaper)) : p1;
  if (isAdopted) yield* k.gettoken(parent + P.p_token);
  adopt(k, parent, p2);
  if (!isAdopted) return;
  yield* k.reltoken(parent + P.p_token);
  yield* prele(k, parent);
}

/** The caller holds p_token of both. */
function adopt(k: Context, parent: number, p2: number): void {
  k.set(p2 + P.p_pptr, parent);
  listInsertHead(k, parent + P.p_children, p2, P.p_sibling);
}

/** Takes an embryo that is neither member nor child out of the table, once nobody looks at it. */
export function* embryoUnlist(k: Context, p2: number): Steps {
  const pid = k.get(p2 + P.p_pid);
  const prg = procs(k).bucketOf(pid);
  yield* PSTALL(k, p2, 'fork1', 0);
  yield* k.gettoken(prg + PRG.proc_token);
  yield* PSTALL(k, p2, 'fork1a', 0);
  listRemove(k, p2, P.p_list);
  stampReuse(k, pid);
  yield* k.reltoken(prg + PRG.proc_token);
}
