/**
 * Owns the references to prisons (struct prison, sys/sys/jail.h): one for each ucred that names it, so that a
 * process is jailed by inheriting credentials and a prison goes with the last of them (seed 002). Process 0
 * and all who never called jail() are in prison 0, which is no prison. Runs in any thread. Guards: pr_ref is
 * atomic, with the fix switch `prison-ref` plain and unlocked, as the seed admits; the list is under
 * g_prison_spin.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { kfree, M_PRISON } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { listRemove } from '../queue.ts';
import { G } from '../table/procglob.ts';
import { CR, PR } from './ucred.ts';

/** One more reference, for who has one (pr_hold of the seed). */
export function* prison_hold(k: Context, pr: number): Steps {
  const before = yield* addRef(k, pr, 1);
  if (before < 1) k.panic(`prison_hold: pr_ref of prison ${k.peek(pr + PR.pr_id)} was ${before}`);
}

/** Gives a reference back; the last one frees the prison (pr_free of the seed). */
export function* prison_free(k: Context, pr: number): Steps {
  const before = yield* addRef(k, pr, -1);
  if (before < 1) k.panic(`prison_free: pr_ref of prison ${k.peek(pr + PR.pr_id)} was ${before}`);
  if (before > 1) return;
  const { g } = procs(k);
  yield* spin_lock(k, g + G.g_prison_spin);
  listRemove(k, pr, PR.pr_list);
  yield* spin_unlock(k, g + G.g_prison_spin);
  yield* kfree(k, M_PRISON, pr);
}

/** Changes the count; gives the value before. */
function* addRef(k: Context, pr: number, delta: number): Steps<number> {
  if (!procs(k).asSeed['prison-ref']) return yield* k.fetchadd(pr + PR.pr_ref, delta);
  // `pr->pr_ref++` without a lock: what other CPUs store between the two accesses is lost.
  const before = k.get(pr + PR.pr_ref);
  yield* k.loadRelaxed(pr + PR.pr_ref);
  k.set(pr + PR.pr_ref, before + delta);
  return before;
}

/** Whether a credential is that of a prisoner. The caller holds it. */
export function jailed(k: Context, cr: number): boolean {
  return k.get(cr + CR.cr_prison) !== k.peek(procs(k).g + G.g_prison0);
}

/** Whether the owner of `cr1` may know of the owner of `cr2` (PRISON_CHECK). The caller holds both. */
export function PRISON_CHECK(k: Context, cr1: number, cr2: number): boolean {
  return !jailed(k, cr1) || k.get(cr1 + CR.cr_prison) === k.get(cr2 + CR.cr_prison);
}
