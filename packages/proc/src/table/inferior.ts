/**
 * Owns the question whether a process descends from the current one (seed lines 411-439): a walk up the
 * parents that holds each before it lets go of the one below. Run by any thread.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { curproc, procs } from '../proc-kernel.ts';
import { phold, prele } from './hold.ts';
import { P } from './proc.ts';

/** 1 if `first`, which the caller holds, is the current process or below it; else 0. */
export function* inferior(k: Context, first: number): Steps<number> {
  const { asSeed } = procs(k);
  const own = curproc(k);
  let p = first;
  yield* phold(k, p);
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  while (p !== own) {
    const isTop = k.get(p + P.p_pid) === 0;
    const parent = isTop ? 0 : k.get(p + P.p_pptr);
    // A process that is being forked has no parent yet, one that was reaped has none any more: the seed
    // goes on to the parent NULL (audit 5).
    if (isTop || (parent === 0 && !asSeed['inferior-embryo'])) {
      yield* k.reltoken(p + P.p_token);
      // Without it each failed test leaves a hold on process 0 (audit 4).
      if (!isTop || !asSeed['inferior-hold-leak']) yield* prele(k, p);
      return 0;
    }
    // While this token is held nobody can take the child away from its parent, so the parent is there.
    yield* phold(k, parent);
    yield* k.reltoken(p + P.p_token);
    yield* prele(k, p);
    yield* lwkt_gettoken_shared(k, parent + P.p_token);
    p = parent;
  }
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  return 1;
}
