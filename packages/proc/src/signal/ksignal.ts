/**
 * Owns sending a signal to a process or to one lwp of it (ksignal, lwpsignal of kern_sig.c). What it does is
 * done by the receiver, at its user boundary (cursig.ts); here it is only noted and somebody made to look.
 * Two things are done at once: a default stop stops the process, SIGCONT and SIGKILL end a stop. Run by any
 * thread that may block. A signal for the process stays on p_siglist until one of its lwps takes it.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { lwphold, lwprele, phold, prele } from '../table/hold.ts';
import { L, LWP_MP_WEXIT } from '../table/lwp.ts';
import { PG } from '../table/pgrp-layout.ts';
import { P, P_CONTINUED, P_PPWAIT, P_SYSTEM, P_TRACED, P_WEXIT, SIDL, SSTOP } from '../table/proc.ts';
import { accepts, lwp_signotify, markAll, notifyOne } from './notify.ts';
import { SA, sigbit } from './sigacts.ts';
import { CONTSIGS, proc_delsigs, STOPSIGS } from './sigset.ts';
import { defaultOf, isSignal, isStop, SIGCONT, SIGKILL } from './signals.ts';
import { proc_stop, proc_unstop, tellContinued } from './stop.ts';

/** What the receiver does with the signal. */
type Action = 'ignore' | 'default' | 'catch';

/** p_stops: procfs wants to see signals. */
export const S_SIG = 0x2;

/** Sends a signal to a process: any of its lwps takes it. */
export function ksignal(k: Context, p: number, sig: number): Steps {
  return lwpsignal(k, p, 0, sig);
}

/** Sends a signal to an lwp of a process; to the process if `lp` is 0. */
export function* lwpsignal(k: Context, p: number, lp: number, sig: number): Steps {
  if (!isSignal(sig)) k.panic(`lwpsignal: ${sig} is no signal`);
  yield* phold(k, p);
  yield* k.gettoken(p + P.p_token);
  if (lp !== 0) yield* lwphold(k, lp);
  yield* deliver(k, p, lp, sig);
  if (lp !== 0) yield* lwprele(k, lp);
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
}

/** Everything from here on holds p_token. */
function* deliver(k: Context, p: number, lp: number, sig: number): Steps {
  // An exiting process takes no signals, but its lwps are killed one by one.
  if (lp === 0 && (k.peek(p + P.p_flags) & P_WEXIT) !== 0) return;
  if (lp !== 0 && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) !== 0 && sig !== SIGKILL) return;
  const action = actionOf(k, p, sig);
  if (action === 'ignore') return;
  if (sig === SIGCONT) yield* proc_delsigs(k, p, STOPSIGS);
  if (isStop(sig)) {
    if (defaultOf(sig) === 'ttystop' && action === 'default' && isOrphaned(k, p)) return;
    yield* proc_delsigs(k, p, CONTSIGS);
    yield* k.and(p + P.p_flags, ~P_CONTINUED);
  }
  if (k.get(p + P.p_stat) === SSTOP && !(yield* toStopped(k, p, lp, sig, action))) return;
  yield* toActive(k, p, lp, sig, action);
}

function actionOf(k: Context, p: number, sig: number): Action {
  const ps = k.get(p + P.p_sigacts);
  if (ps === 0) return 'ignore';
  if (isTraced(k, p)) return 'default';
  if ((k.peek(ps + SA.ps_sigignore) & sigbit(sig)) !== 0) return 'ignore';
  if ((k.peek(ps + SA.ps_sigcatch) & sigbit(sig)) !== 0) return 'catch';
  // Defaults are not for the kernel's own processes.
  return isSystem(k, p) ? 'ignore' : 'default';
}

/** Whether a tracer, or procfs, sees each signal first. */
export function isTraced(k: Context, p: number): boolean {
  return (k.peek(p + P.p_flags) & P_TRACED) !== 0 || (k.peek(p + P.p_stops) & S_SIG) !== 0;
}

/** Process 0, init, and others that only the kernel runs. */
export function isSystem(k: Context, p: number): boolean {
  return (k.peek(p + P.p_flags) & P_SYSTEM) !== 0 || k.get(p + P.p_pid) <= 1;
}

/** Nobody could continue it: stops from the terminal are discarded. p_token keeps p_pgrp as it is. */
export function isOrphaned(k: Context, p: number): boolean {
  const pg = k.get(p + P.p_pgrp);
  // Guarded by pg_token: whatever it was a moment ago is as good an answer.
  return pg !== 0 && k.peek(pg + PG.pg_jobc) === 0;
}

/** The process is stopped: true if the signal is to be delivered as to an active one. */
function* toStopped(k: Context, p: number, lp: number, sig: number, action: Action): Steps<boolean> {
  if (sig === SIGKILL) {
    // A tracer that holds it stopped cannot keep it alive. Noted first: from here on nothing stops it again.
    yield* k.or(lp === 0 ? p + P.p_siglist : lp + L.lwp_siglist, sigbit(sig));
    yield* proc_unstop(k, p, SSTOP);
    return true;
  }
  if (isStop(sig) && !isTraced(k, p)) return false;
  if (sig !== SIGCONT || isTraced(k, p)) {
    yield* k.or(lp === 0 ? p + P.p_siglist : lp + L.lwp_siglist, sigbit(sig));
    return false;
  }
  // By default it has done its work here; a handler runs besides.
  yield* tellContinued(k, p);
  yield* proc_unstop(k, p, SSTOP);
  return action === 'catch';
}

function* toActive(k: Context, p: number, lp: number, sig: number, action: Action): Steps {
  if (action === 'default' && !isTraced(k, p)) {
    if (isStop(sig)) {
      yield* stopByDefault(k, p, lp, sig);
      return;
    }
    if (sig === SIGCONT) return;
  }
  if (lp === 0) {
    yield* k.or(p + P.p_siglist, sigbit(sig));
    yield* notifyOne(k, p, sig);
    return;
  }
  yield* k.or(lp + L.lwp_siglist, sigbit(sig));
  yield* k.gettoken(lp + L.lwp_token);
  yield* lwp_signotify(k, lp);
  yield* k.reltoken(lp + L.lwp_token);
}

/**
 * Stops the process as a whole, unless the signal is held back, the process is being made, or a vforking
 * parent waits for it.
 */
function* stopByDefault(k: Context, p: number, lp: number, sig: number): Steps {
  if ((k.peek(p + P.p_flags) & P_WEXIT) !== 0) return;
  const bit = sigbit(sig);
  const isHeldBack = lp === 0 ? !anyAccepts(k, p, bit) : !accepts(k, lp, bit);
  if (isHeldBack || k.get(p + P.p_stat) === SIDL || (k.peek(p + P.p_flags) & P_PPWAIT) !== 0) {
    yield* k.or(lp === 0 ? p + P.p_siglist : lp + L.lwp_siglist, bit);
    yield* markAll(k, p, bit);
    return;
  }
  k.set(p + P.p_xstat, sig);
  yield* proc_stop(k, p, SSTOP);
}

function anyAccepts(k: Context, p: number, bit: number): boolean {
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0; lp = k.get(lp + L.lwp_list)) {
    if (accepts(k, lp, bit)) return true;
  }
  return false;
}
