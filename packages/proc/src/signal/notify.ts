/**
 * Owns making an lwp look at its signals and at the state of its process (lwp_signotify of kern_sig.c): a
 * flag that its user boundary reads at every operation, and the end of an interruptible sleep. An lwp that
 * sleeps on another CPU is woken by a message to that CPU, for only there is it known whether it still
 * sleeps.
 */
import { type Context, lwkt_send_ipiq, NOTHING, setrunnable, type Steps, TD, TDF_SINTR } from '@smplab/lwkt';
import { FN_LWP_SIGNOTIFY } from '../functions.ts';
import { lwphold, lwprele } from '../table/hold.ts';
import { L, LWP_MP_SIGNAL, LWP_MP_WEXIT, LWP_SINTR, LSRUN, LSSLEEP } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { sigbit } from './sigacts.ts';
import { deliverableTo } from './sigset.ts';

/** The lwp looks. The caller holds p_token and lwp_token: an lwp falls asleep with its token held. */
export function* lwp_signotify(k: Context, lp: number): Steps {
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_SIGNAL);
  const td = k.words[lp + L.lwp_thread];
  // Set and cleared by the sleeper with lwp_token held.
  if (td === 0 || (k.words[td + TD.td_flags] & TDF_SINTR) === 0) return;
  const cpuid = k.words[td + TD.td_gd];
  if (cpuid === k.cpu.cpuid) {
    yield* setrunnable(k, td);
    return;
  }
  yield* lwphold(k, lp);
  yield* lwkt_send_ipiq(k, cpuid, FN_LWP_SIGNOTIFY, lp, 0);
}

/** The message, with a hold of the lwp: it may be awake by now, or sleep again, and then looks once more. */
export function* lwp_signotify_remote(k: Context, lp: number): Steps {
  yield* setrunnable(k, k.words[lp + L.lwp_thread]);
  yield* lwprele(k, lp);
}

/**
 * A signal for the process is on p_siglist: every lwp that does not hold it back looks at its boundary, and
 * one of those that sleep is woken if none runs. The caller holds p_token, which may be lost meanwhile.
 */
export function* notifyOne(k: Context, p: number, signal: number): Steps {
  const bit = sigbit(signal);
  yield* markAll(k, p, bit);
  for (;;) {
    const lp = bestFor(k, p, bit);
    if (lp === 0) return;
    yield* lwphold(k, lp);
    yield* k.gettoken(lp + L.lwp_token);
    // It may have fallen asleep, or have changed its mask, before its token was here.
    const isFound = accepts(k, lp, bit) && (k.get(lp + L.lwp_stat) === LSRUN || isInterruptible(k, lp));
    if (isFound) yield* lwp_signotify(k, lp);
    yield* k.reltoken(lp + L.lwp_token);
    yield* lwprele(k, lp);
    if (isFound || (k.peek(p + P.p_siglist) & bit) === 0) return;
  }
}

/** Every lwp that does not hold a signal back looks at its boundary. The caller holds p_token. */
export function* markAll(k: Context, p: number, bit: number): Steps {
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0; lp = k.get(lp + L.lwp_list)) {
    if (accepts(k, lp, bit)) yield* k.or(lp + L.lwp_mpflags, LWP_MP_SIGNAL);
  }
}

/** Whether an lwp takes a signal: a racy look, repeated with the token of the lwp. */
export function accepts(k: Context, lp: number, bit: number): boolean {
  return (k.peek(lp + L.lwp_sigmask) & bit) === 0 && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0;
}

/** One that runs, else one whose sleep signals end; 0 if all others look when they wake. */
function bestFor(k: Context, p: number, bit: number): number {
  let sleeper = 0;
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0; lp = k.get(lp + L.lwp_list)) {
    if (!accepts(k, lp, bit)) continue;
    if (k.peek(lp + L.lwp_stat) === LSRUN) return lp;
    if (sleeper === 0 && isInterruptible(k, lp)) sleeper = lp;
  }
  return sleeper;
}

function isInterruptible(k: Context, lp: number): boolean {
  return k.peek(lp + L.lwp_stat) === LSSLEEP && (k.peek(lp + L.lwp_flags) & LWP_SINTR) !== 0;
}

/**
 * The lwp does not take these signals any more: those that are sent to the process are for another one. The
 * caller holds p_token, which may be lost meanwhile.
 */
export function rehome(k: Context, p: number, set: number): Steps {
  const pending = k.peek(p + P.p_siglist) & set;
  return pending === 0 ? NOTHING : rehomeAll(k, p, pending);
}

function* rehomeAll(k: Context, p: number, pending: number): Steps {
  for (let left = pending, signal = 1; left !== 0; left >>>= 1, signal++) {
    if ((left & 1) !== 0) yield* notifyOne(k, p, signal);
  }
}

/** The current lwp has another mask: it looks if there is anything it held back. The caller holds p_token. */
export function* set_sigmask(k: Context, p: number, lp: number, mask: number): Steps {
  const closed = mask & ~k.peek(lp + L.lwp_sigmask);
  yield* k.store(lp + L.lwp_sigmask, mask);
  if (deliverableTo(k, p, lp) !== 0) yield* k.or(lp + L.lwp_mpflags, LWP_MP_SIGNAL);
  if (closed !== 0 && k.peek(p + P.p_nthreads) > 1) yield* rehome(k, p, closed);
}
