/**
 * Owns giving a child to another parent (proc_reparent of kern_exit.c): it takes the tokens of the old
 * parent, of the child and of the new parent, and looks again, because each of them may have cost it the
 * others. Run by any thread that holds the child.
 */
import { type Context, type Steps, wakeup } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { listFirst, listInsertHead, listRemove } from '../queue.ts';
import { phold, prele } from '../table/hold.ts';
import { jobc_update } from '../table/job-control.ts';
import { P } from '../table/proc.ts';

/** Makes the process a child of `parent`, which the caller keeps from going away. */
export function* proc_reparent(k: Context, child: number, parent: number): Steps {
  yield* phold(k, parent);
  for (;;) {
    const old = yield* holdParent(k, child);
    if (old === parent || old === 0) {
      if (old !== 0) yield* prele(k, old);
      break;
    }
    const isDone = yield* move(k, child, old, parent);
    yield* prele(k, old);
    if (!isDone) continue;
    yield* jobc_update(k, child);
    break;
  }
  yield* prele(k, parent);
}

/** The parent, held: while the child's token is held nobody can take the child away from it. */
function* holdParent(k: Context, child: number): Steps<number> {
  yield* k.gettoken(child + P.p_token);
  const old = k.get(child + P.p_pptr);
  if (old !== 0) yield* phold(k, old);
  yield* k.reltoken(child + P.p_token);
  return old;
}

/** False if another parent has it by now. */
function* move(k: Context, child: number, old: number, parent: number): Steps<boolean> {
  yield* k.gettoken(old + P.p_token);
  yield* k.gettoken(child + P.p_token);
  yield* k.gettoken(parent + P.p_token);
  const isMine = k.get(child + P.p_pptr) === old;
  // Before 2012-11-28 it took for granted that it still was (P9).
  if (procs(k).asSeed['reparent-assert'])
    k.assert(isMine, `proc_reparent: process ${k.words[child + P.p_pid]} has another parent by now`);
  if (isMine) {
    listRemove(k, child, P.p_sibling);
    listInsertHead(k, parent + P.p_children, child, P.p_sibling);
    k.set(child + P.p_pptr, parent);
  }
  const isEmpty = isMine && listFirst(k, old + P.p_children) === 0;
  yield* k.reltoken(parent + P.p_token);
  yield* k.reltoken(child + P.p_token);
  yield* k.reltoken(old + P.p_token);
  // It may wait for children: now it has none.
  if (isEmpty) yield* wakeup(k, old);
  return isMine;
}
