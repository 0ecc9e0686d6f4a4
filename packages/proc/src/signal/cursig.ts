/**
 * Owns what an lwp does about its signals (issignal, postsig, sigexit of kern_sig.c), at its user boundary
 * and before and after sleeps with PCATCH: stops, defaults, the choice of a handler, and the mask around it.
 * Run by the lwp itself. LWP_MP_SIGNAL says that there may be something; it is cleared before the last look.
 *
 *     while ((signal = cursig(lp)) != 0) { entry = postsig(signal); run the entry; sigreturn(mask) }
 */
import type { Context, Steps } from '@smplab/lwkt';
import { PL, RLIMIT_CORE } from '../cred/ucred.ts';
import { FN_EXIT1, FN_STOPEVENT } from '../functions.ts';
import { L, LWP_MP_SIGNAL, LWP_MP_WEXIT, LWP_OLDMASK } from '../table/lwp.ts';
import { P, P_PPWAIT, P_SUGID, P_TRACED, P_WAITED, P_WEXIT, SACTIVE, SCORE, SSTOP } from '../table/proc.ts';
import { isOrphaned, isSystem, isTraced, S_SIG } from './ksignal.ts';
import { set_sigmask } from './notify.ts';
import { SA, SIG_DFL, SIG_IGN, sigbit } from './sigacts.ts';
import { siginit, sigacts_lock, sigacts_own, sigacts_unlock } from './sigacts-life.ts';
import { CANTMASK, deliverableTo, firstSignal, lwp_delsig, STOPSIGS } from './sigset.ts';
import { defaultOf, isIgnoredByDefault, isStop, SIGKILL } from './signals.ts';
import { isStopped, proc_stop, proc_stopwait, tstop } from './stop.ts';

/** In a wait status: memory was dumped. */
export const WCOREFLAG = 0x80;

/**
 * The signal the lwp has to take with `postsig`, 0 for none. Stops here as long as its process is stopped,
 * and for what stops it; drops what is ignored. A sleep does not show signals to a tracer: it only ends.
 */
export function* cursig(k: Context, lp: number, showsTracer = true): Steps<number> {
  const p = k.words[lp + L.lwp_proc];
  yield* k.gettoken(p + P.p_token);
  let signal = 0;
  for (;;) {
    if (mustStop(k, p, lp)) yield* tstop(k, lp);
    const set = deliverableTo(k, p, lp);
    if (set === 0) {
      yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_SIGNAL);
      if (deliverableTo(k, p, lp) === 0 && !mustStop(k, p, lp)) break;
      yield* k.or(lp + L.lwp_mpflags, LWP_MP_SIGNAL);
      continue;
    }
    // A stop would keep the parent of a vfork waiting: the flag stays, and it is taken after the exec.
    const first = firstSignal((k.peek(p + P.p_flags) & P_PPWAIT) === 0 ? set : set & ~STOPSIGS);
    if (first === 0) break;
    signal = yield* issignal(k, p, lp, first, showsTracer);
    if (signal !== 0) break;
  }
  yield* k.reltoken(p + P.p_token);
  return signal;
}

function mustStop(k: Context, p: number, lp: number): boolean {
  return isStopped(k, p) && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0;
}

/** The signal if the lwp has to take it, or another of its tracer's choice; 0: the lwp looks again. */
function* issignal(k: Context, p: number, lp: number, first: number, showsTracer: boolean): Steps<number> {
  // In the middle of a sleep it only ends that; the tracer is told once, at the boundary.
  if (!showsTracer && isShownToTracer(k, p, first)) return first;
  if ((k.peek(p + P.p_stops) & S_SIG) !== 0) yield* k.call(FN_STOPEVENT, p, S_SIG, first);
  const signal = yield* showTracer(k, p, lp, first);
  if (signal === 0) return 0;
  const ps = k.get(p + P.p_sigacts);
  if ((k.peek(ps + SA.ps_sigignore) & sigbit(signal)) !== 0 && !isTraced(k, p)) {
    yield* lwp_delsig(k, p, lp, signal);
    return 0;
  }
  const action = k.peek(ps + SA.ps_sigact + signal);
  if (action !== SIG_DFL && action !== SIG_IGN) return signal;
  const isFatal = action === SIG_DFL && !isStop(signal) && !isIgnoredByDefault(signal) && !isSystem(k, p);
  if (isFatal) return signal;
  yield* lwp_delsig(k, p, lp, signal);
  if (action === SIG_DFL && isStop(signal)) yield* stopHere(k, p, lp, signal);
  return 0;
}

/** A stop signal that was held back until now. */
function* stopHere(k: Context, p: number, lp: number, signal: number): Steps {
  const flags = k.peek(p + P.p_flags);
  if ((flags & (P_TRACED | P_WEXIT)) !== 0 || isSystem(k, p)) return;
  if (defaultOf(signal) === 'ttystop' && isOrphaned(k, p)) return;
  k.set(p + P.p_xstat, signal);
  yield* proc_stop(k, p, SSTOP);
  yield* tstop(k, lp);
}

function isShownToTracer(k: Context, p: number, signal: number): boolean {
  return (k.peek(p + P.p_flags) & (P_TRACED | P_PPWAIT)) === P_TRACED && signal !== SIGKILL;
}

/**
 * A traced process stops for its tracer, who decides what becomes of the signal: gives the one to take, 0 if
 * the lwp has to look again. SIGKILL is nobody's to decide.
 */
function* showTracer(k: Context, p: number, lp: number, signal: number): Steps<number> {
  if (!isShownToTracer(k, p, signal)) return signal;
  k.set(p + P.p_xstat, signal);
  yield* proc_stop(k, p, SSTOP);
  yield* tstop(k, lp);
  yield* lwp_delsig(k, p, lp, signal);
  const chosen = k.get(p + P.p_xstat);
  if (chosen === 0) return 0;
  // For this lwp, whatever it was sent to.
  yield* k.or(lp + L.lwp_siglist, sigbit(chosen));
  return (k.peek(lp + L.lwp_sigmask) & sigbit(chosen)) === 0 ? chosen : 0;
}

/**
 * Takes the signal that `cursig` gave: the entry to run, with the mask changed, or 0 if nothing is to be run
 * any more. The mask to go back to afterwards (sigreturn) is then in lwp_oldsigmask. By default the process
 * ends here.
 */
export function* postsig(k: Context, lp: number, signal: number): Steps<number> {
  const p = k.words[lp + L.lwp_proc];
  const bit = sigbit(signal);
  yield* k.gettoken(p + P.p_token);
  const resets = (k.peek(k.get(p + P.p_sigacts) + SA.ps_sigreset) & bit) !== 0;
  const ps = resets ? yield* sigacts_own(k, p) : k.get(p + P.p_sigacts);
  if (resets) yield* sigacts_lock(k, ps);
  let action = SIG_IGN as number;
  // Another lwp of the process may have been faster, or have changed what the signal does.
  if ((deliverableTo(k, p, lp) & bit) !== 0) action = k.peek(ps + SA.ps_sigact + signal);
  const isHandled = action !== SIG_DFL && action !== SIG_IGN;
  const isFatal = action === SIG_DFL && !isStop(signal) && !isIgnoredByDefault(signal);
  const held = heldBy(k, ps, signal);
  if (isHandled && resets) resetAction(k, ps, signal);
  if (resets) yield* sigacts_unlock(k, ps);
  if (isHandled || isFatal) yield* lwp_delsig(k, p, lp, signal);
  if (isFatal) yield* sigexit(k, p, lp, signal);
  if (isHandled) yield* enterHandler(k, p, lp, held);
  yield* k.reltoken(p + P.p_token);
  return isHandled ? action : 0;
}

/** What is held back while the handler runs. */
function heldBy(k: Context, ps: number, signal: number): number {
  const own = (k.peek(ps + SA.ps_signodefer) & sigbit(signal)) === 0 ? sigbit(signal) : 0;
  return (k.peek(ps + SA.ps_catchmask + signal) | own) & ~CANTMASK;
}

/** SA_RESETHAND. The actions are the process's own, or the caller holds ps_token. */
function resetAction(k: Context, ps: number, signal: number): void {
  k.set(ps + SA.ps_sigcatch, k.get(ps + SA.ps_sigcatch) & ~sigbit(signal));
  k.set(ps + SA.ps_sigignore, k.get(ps + SA.ps_sigignore) | (sigbit(signal) & siginit()));
  k.set(ps + SA.ps_sigact + signal, SIG_DFL);
}

/** The mask for the handler, and what is to come back after it: after sigsuspend, that of before. */
function* enterHandler(k: Context, p: number, lp: number, held: number): Steps {
  const mask = k.peek(lp + L.lwp_sigmask);
  if (!(yield* endOldmask(k, lp))) k.words[lp + L.lwp_oldsigmask] = mask;
  yield* set_sigmask(k, p, lp, mask | held);
}

/** The handler has returned: the mask goes back, and what it held back is looked at. */
export function* sigreturn(k: Context, lp: number, mask: number): Steps {
  const p = k.words[lp + L.lwp_proc];
  yield* k.gettoken(p + P.p_token);
  yield* set_sigmask(k, p, lp, mask & ~CANTMASK);
  yield* k.reltoken(p + P.p_token);
}

/**
 * The lwp goes back to user mode without a handler though sigsuspend was interrupted: another lwp took the
 * signal. Its own mask comes back.
 */
export function* sigsettle(k: Context, lp: number): Steps {
  if ((k.peek(lp + L.lwp_flags) & LWP_OLDMASK) === 0) return;
  yield* endOldmask(k, lp);
  yield* sigreturn(k, lp, k.words[lp + L.lwp_oldsigmask]);
}

/** True if the mask of before sigsuspend waits in lwp_oldsigmask; it does not any more. */
function* endOldmask(k: Context, lp: number): Steps<boolean> {
  // Only the lwp itself writes its flags.
  if ((k.peek(lp + L.lwp_flags) & LWP_OLDMASK) === 0) return false;
  yield* k.gettoken(lp + L.lwp_token);
  k.set(lp + L.lwp_flags, k.get(lp + L.lwp_flags) & ~LWP_OLDMASK);
  yield* k.reltoken(lp + L.lwp_token);
  return true;
}

/** Ends the process for a signal. The caller holds p_token, once, and no other token. */
export function* sigexit(k: Context, p: number, lp: number, signal: number): Steps<never> {
  let status = signal;
  if (defaultOf(signal) === 'core') {
    k.words[lp + L.lwp_sig] = signal;
    if (k.get(p + P.p_stat) !== SCORE) status |= yield* coredump(k, p, lp);
  }
  yield* k.reltoken(p + P.p_token);
  yield* k.call(FN_EXIT1, status);
  return k.panic('sigexit: exit1 returned');
}

/** WCOREFLAG if memory would have been dumped: there is no file to put it into, but all other lwps stop. */
function* coredump(k: Context, p: number, lp: number): Steps<number> {
  if ((k.peek(p + P.p_flags) & P_WEXIT) !== 0) return 0;
  yield* proc_stop(k, p, SCORE);
  yield* proc_stopwait(k, p, lp);
  const limit = k.peek(k.get(p + P.p_limit) + PL.pl_rlimit + 2 * RLIMIT_CORE);
  const isAllowed = limit !== 0 && (k.peek(p + P.p_flags) & P_SUGID) === 0;
  // The others stay stopped until exit1 kills them, which is no stop that a parent waits for.
  yield* k.or(p + P.p_flags, P_WAITED);
  if (k.get(p + P.p_stat) === SCORE) k.set(p + P.p_stat, k.peek(p + P.p_nthreads) > 1 ? SSTOP : SACTIVE);
  return isAllowed ? WCOREFLAG : 0;
}
