/**
 * Owns the exit of an lwp (lwp_exit of kern_exit.c), which every lwp comes to, by itself or with its process.
 * It keeps the process held until it is reaped, so that neither process nor address space goes before its
 * thread has made the last switch. Run by the lwp itself with p_token held.
 */
import { type Context, lwkt_exit, lwkt_token_held, type Steps, TD, tsleep, wakeup } from '@smplab/lwkt';
import { FN_EXIT1 } from '../functions.ts';
import { mayBlock } from '../may-block.ts';
import { curlwp, procs } from '../proc-kernel.ts';
import { listInsertHead, listRemove } from '../queue.ts';
import { lwp_signals_leave, lwp_signals_left } from '../signal/lwp-leave.ts';
import { phold } from '../table/hold.ts';
import { L, LWP_MP_WEXIT } from '../table/lwp.ts';
import { P } from '../table/proc.ts';

/**
 * Ends the current lwp. With `masterexit` it is that of exit1 and stays in the list for kern_wait; `waddr` is
 * woken last (0: nothing).
 */
export function* lwp_exit(k: Context, masterexit: number, waddr: number): Steps<never> {
  const lp = curlwp(k);
  const p = k.words[lp + L.lwp_proc];
  const { asSeed } = procs(k);
  k.assert(lwkt_token_held(k, p + P.p_token), 'lwp_exit: p_token is not held');
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_WEXIT);
  yield* lwp_signals_leave(k, p, lp);
  yield* leaveScans(k, lp);
  if (asSeed['lwp-exit-recheck']) {
    // dsched_exit_thread and biosched_done may block at this point: a scan may have the lwp again.
    yield* mayBlock(k);
  }
  // The others may have left while this one waited: then it is the process that ends.
  if (masterexit === 0 && (yield* k.load(p + P.p_nthreads)) === 1) return yield* exitLast(k, p);
  yield* phold(k, p);
  countUsage(k, p, lp);
  // From the look at lwp_lock to here nothing has blocked: a scan that comes now finds the lwp gone.
  if (masterexit === 0) {
    listRemove(k, lp, L.lwp_list);
    listInsertHead(k, p + P.p_deadlwps, lp, L.lwp_list);
  }
  const left = (yield* k.fetchadd(p + P.p_nthreads, -1)) - 1;
  if (masterexit === 0) yield* lwp_signals_left(k, p);
  yield* k.reltoken(p + P.p_token);
  // As late as possible: who is woken reaps this lwp, and would only have to wait.
  if (left <= 1 && !asSeed['exit-no-nthreads-wakeup']) yield* wakeup(k, p + P.p_nthreads);
  if (waddr !== 0) yield* wakeup(k, waddr);
  return yield* lwkt_exit(k, 0);
}

function* exitLast(k: Context, p: number): Steps<never> {
  yield* k.reltoken(p + P.p_token);
  yield* k.call(FN_EXIT1, 0);
  return k.panic('lwp_exit: exit1 has returned');
}

/** Nobody wakes who waits for lwp_lock: it looks each tick. */
function leaveScans(k: Context, lp: number): Steps {
  return k.upon(k.load(lp + L.lwp_lock), waitForScans, lp);
}

function waitForScans(k: Context, count: number, lp: number): Steps | null {
  return count > 0 ? sleepForScans(k, lp) : null;
}

function* sleepForScans(k: Context, lp: number): Steps {
  do yield* tsleep(k, lp, 0, 'lwpexit', 1);
  while ((yield* k.load(lp + L.lwp_lock)) > 0);
}

/** Hands what it used to its process (ruadd). The caller holds p_token. */
function countUsage(k: Context, p: number, lp: number): void {
  const { words } = k;
  k.set(p + P.p_utime, k.get(p + P.p_utime) + words[lp + L.lwp_nsyscall]);
  k.set(p + P.p_nvcsw, k.get(p + P.p_nvcsw) + words[lp + L.lwp_nvcsw] + words[lp + L.lwp_nivcsw]);
  handTicks(k, p + P.p_uticks, k.td + TD.td_uticks);
  handTicks(k, p + P.p_sticks, k.td + TD.td_sticks);
}

/** Its last lwp may still be looked at: what the process has got is no longer its own. */
function handTicks(k: Context, to: number, own: number): void {
  k.set(to, k.get(to) + k.words[own]);
  k.words[own] = 0;
}
