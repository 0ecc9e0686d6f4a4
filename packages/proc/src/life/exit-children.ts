/**
 * Owns what becomes of the children of a process that exits (the middle of exit1): they go to its reaper,
 * traced ones are killed. Run by the exiting lwp with its p_token held; it has left its own reaper, so that
 * nobody gives it further children afterwards.
 */
import { type Context, type Steps, wakeup } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { listFirst, listInsertHead, listRemove } from '../queue.ts';
import { ksignal } from '../signal/ksignal.ts';
import { SIGCHLD, SIGKILL } from '../signal/signals.ts';
import { phold, prele } from '../table/hold.ts';
import { jobc_update } from '../table/job-control.ts';
import { P, P_TRACED } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { reaper_get } from './reaper.ts';

/** Gives all children to the process of the reaper, and wakes it. */
export function* orphanChildren(k: Context, p: number, reap: number): Steps {
  // Before 2011-02-14 the list of the reaper was changed without its token (P5).
  const isUnlocked = procs(k).asSeed['reparent-no-token'];
  const reproc = yield* reaper_get(k, reap);
  if (!isUnlocked) yield* k.gettoken(reproc + P.p_token);
  for (;;) {
    const child = listFirst(k, p + P.p_children);
    if (child === 0) break;
    yield* giveAway(k, p, child, reproc);
  }
  if (!isUnlocked) yield* k.reltoken(reproc + P.p_token);
  // One of them may be a zombie by now, that had its old parent told.
  yield* wakeup(k, reproc);
  yield* prele(k, reproc);
}

function* giveAway(k: Context, p: number, child: number, reproc: number): Steps {
  yield* phold(k, child);
  yield* k.gettoken(child + P.p_token);
  // Waiting for that token has cost this thread the others: somebody else may have the child.
  const isMine = k.get(child + P.p_pptr) === p;
  if (isMine) {
    listRemove(k, child, P.p_sibling);
    if (procs(k).asSeed['reparent-no-token']) yield* insertUnlocked(k, reproc, child);
    else listInsertHead(k, reproc + P.p_children, child, P.p_sibling);
    k.set(child + P.p_pptr, reproc);
    k.set(child + P.p_sigparent, SIGCHLD);
    // Somebody who exits has been messed up with: what it traced cannot be trusted to go on.
    if (!procs(k).asSeed['exit-leaves-traced'] && (k.peek(child + P.p_flags) & P_TRACED) !== 0) {
      yield* k.and(child + P.p_flags, ~P_TRACED);
      yield* ksignal(k, child, SIGKILL);
    }
  }
  yield* k.reltoken(child + P.p_token);
  if (isMine && reproc !== k.peek(procs(k).g + G.g_initproc)) yield* jobc_update(k, child);
  yield* prele(k, child);
}

/** LIST_INSERT_HEAD without what guards the list: others change it between the look at it and the change. */
function* insertUnlocked(k: Context, reproc: number, child: number): Steps {
  const head = reproc + P.p_children;
  const first = yield* k.loadRelaxed(head);
  yield* k.storeRelaxed(child + P.p_sibling, first);
  yield* k.storeRelaxed(child + P.p_sibling + 1, head);
  if (first !== 0) yield* k.storeRelaxed(first + P.p_sibling + 1, child + P.p_sibling);
  yield* k.storeRelaxed(head, child);
}
