/**
 * Owns reaping (the long part of kern_wait): the last lwp, the entry in the table, group, credentials, texts,
 * address space, and the process itself are given back, in that order, each after those who still hold the
 * process have let go. Run by the waiter with p_token of itself and of the zombie held, and PLOCK_ZOMB with
 * the hold that belongs to it.
 */
import { type Context, spin_lock, spin_unlock, type Steps, tsleep, wakeup } from '@smplab/lwkt';
import { chgproccnt } from '../cred/uidinfo.ts';
import { crfree } from '../cred/ucred-life.ts';
import { CR } from '../cred/ucred.ts';
import { reaphooks_run } from '../hook/hooks.ts';
import { kfree, M_PROC } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { listRemove } from '../queue.ts';
import { ksignal } from '../signal/ksignal.ts';
import { sigacts_free } from '../signal/sigacts-life.ts';
import { SIGCHLD } from '../signal/signals.ts';
import { pfind } from '../table/find.ts';
import { phold, prele, prelezomb, PSTALL } from '../table/hold.ts';
import { leavepgrp } from '../table/leavepgrp.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { proc_userunmap } from '../table/usermap.ts';
import { proc_remove_zombie } from '../table/zombie.ts';
import { lwpFirst } from './lwp-find.ts';
import { reaplwp, reaplwps } from './lwp-reap.ts';
import { proc_reparent } from './reparent.ts';
import { pargsDrop } from './strings.ts';
import type { WaitResult } from './wait.ts';
import { vmspace_exitfree } from './vmspace.ts';

/** What of p_lock belongs to the reaper itself: its hold, unless it has given it back as in the seed. */
interface Reaping {
  readonly own: number;
  /** PLOCK_ZOMB is held; not before 2012 (P8). */
  readonly hasZomb: boolean;
}

const KEEPS: Reaping = { own: 1, hasZomb: true };
const AS_SEED: Reaping = { own: 0, hasZomb: true };
const UNSERIALISED: Reaping = { own: 0, hasZomb: false };

/** Gives the pid; p_token of the zombie is given back. With `isLeft` the zombie stays (WNOWAIT). */
export function* reapChild(
  k: Context,
  q: number,
  p: number,
  hasZomb: boolean,
  isLeft: boolean,
  result: WaitResult,
): Steps<number> {
  const { asSeed } = procs(k);
  const reaping = !hasZomb ? UNSERIALISED : asSeed['reap-keeps-hold'] ? AS_SEED : KEEPS;
  yield* reapLastLwp(k, p);
  // The seed gives its hold back here and keeps ZOMB alone, which pholdzomb takes for impossible (audit 6).
  if (reaping === AS_SEED) yield* prele(k, p);
  yield* PSTALL(k, p, 'reap3', reaping.own);
  const pid = k.words[p + P.p_pid];
  result.status = k.get(p + P.p_xstat);
  result.utime = k.get(p + P.p_utime) + k.get(p + P.p_cru_utime);
  result.nvcsw = k.get(p + P.p_nvcsw) + k.get(p + P.p_cru_nvcsw);
  if (isLeft) {
    yield* k.reltoken(p + P.p_token);
    yield* letGo(k, p, reaping);
    return pid;
  }
  if (k.get(p + P.p_oppid) !== 0 && (yield* giveToOldParent(k, p))) {
    yield* k.reltoken(p + P.p_token);
    yield* letGo(k, p, reaping);
    return pid;
  }
  yield* reaphooks_run(k, p, reaping.own);
  yield* proc_remove_zombie(k, p);
  yield* proc_userunmap(k, p);
  addTicks(k, q, p);
  yield* k.reltoken(p + P.p_token);
  yield* leavepgrp(k, p);
  k.set(q + P.p_cru_utime, k.get(q + P.p_cru_utime) + result.utime);
  k.set(q + P.p_cru_nvcsw, k.get(q + P.p_cru_nvcsw) + result.nvcsw);
  yield* giveBack(k, p);
  yield* PSTALL(k, p, 'reap4', reaping.own);
  yield* freeSpace(k, q, p);
  yield* PSTALL(k, p, 'reap5', reaping.own);
  // Given back officially, so that a waiter that sleeps for ZOMB wakes and looks elsewhere.
  yield* letGo(k, p, reaping);
  yield* kfree(k, M_PROC, p);
  yield* k.fetchadd(procs(k).g + G.g_nprocs, -1);
  return pid;
}

/** What a child and its children have used is its parent's now. The caller holds both p_tokens. */
function addTicks(k: Context, q: number, p: number): void {
  const add = (to: number, own: number): void =>
    k.set(q + to, k.get(q + to) + k.get(p + own) + k.get(p + to));
  add(P.p_cuticks, P.p_uticks);
  add(P.p_csticks, P.p_sticks);
}

/** Gives PLOCK_ZOMB and the hold back. */
function* letGo(k: Context, p: number, reaping: Reaping): Steps {
  if (!reaping.hasZomb) return;
  if (reaping.own === 0) yield* phold(k, p);
  yield* prelezomb(k, p);
}

/**
 * A zombie may still have its last lwp on the way out, and dead ones; each holds the process until it is
 * reaped.
 */
function* reapLastLwp(k: Context, p: number): Steps {
  const { asSeed } = procs(k);
  // The last lwp counts itself out under p_token, and wakes; before 2011 it did not, and a second passed
  // (P6).
  const timo = asSeed['exit-no-nthreads-wakeup'] ? k.kernel.limits.hz : 0;
  while ((yield* k.load(p + P.p_nthreads)) > 0) {
    yield* tsleep(k, p + P.p_nthreads, 0, 'lwpzomb', timo);
  }
  for (let lp = lwpFirst(k, p); lp !== 0; lp = lwpFirst(k, p)) {
    // A scan that holds it wants to find it in the list when it goes on.
    if ((yield* k.load(lp + L.lwp_lock)) > 0) {
      yield* tsleep(k, lp, 0, 'zomblwp', 1);
      continue;
    }
    listRemove(k, lp, L.lwp_list);
    yield* reaplwp(k, lp);
  }
  yield* reaplwps(k, p);
}

/** A tracer has got to know; the parent it took the process from gets it back. False if that one is gone. */
function* giveToOldParent(k: Context, p: number): Steps<boolean> {
  const old = yield* pfind(k, k.get(p + P.p_oppid));
  if (old === 0) return false;
  k.set(p + P.p_oppid, 0);
  yield* proc_reparent(k, p, old);
  yield* ksignal(k, old, SIGCHLD);
  yield* k.fetchadd(old + P.p_waitgen, 1);
  yield* wakeup(k, old);
  yield* prele(k, old);
  return true;
}

/** Credentials, texts and signal actions. Nobody can find the process any more. */
function* giveBack(k: Context, p: number): Steps {
  // Scans that held it may still look for the credentials, under p_spin.
  yield* spin_lock(k, p + P.p_spin);
  const cred = k.get(p + P.p_ucred);
  k.set(p + P.p_ucred, 0);
  yield* spin_unlock(k, p + P.p_spin);
  yield* chgproccnt(k, k.get(cred + CR.cr_ruidinfo), -1, 0);
  yield* crfree(k, cred);
  const args = k.get(p + P.p_args);
  k.set(p + P.p_args, 0);
  yield* pargsDrop(k, args);
  const strings = k.get(p + P.p_strings);
  k.set(p + P.p_strings, 0);
  yield* pargsDrop(k, strings);
  yield* sigacts_free(k, p);
}

/** The address space: without the token of the waiter, for whom others may be waiting. */
function* freeSpace(k: Context, q: number, p: number): Steps {
  const vm = k.get(p + P.p_vmspace);
  k.set(p + P.p_vmspace, 0);
  yield* k.reltoken(q + P.p_token);
  yield* vmspace_exitfree(k, vm);
  yield* k.gettoken(q + P.p_token);
}
