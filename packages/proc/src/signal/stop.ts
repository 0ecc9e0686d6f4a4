/**
 * Owns stopping and continuing a process (proc_stop, proc_unstop of kern_sig.c, tstop of kern_synch.c). Lwps
 * stop by themselves, in tstop; one that sleeps counts as stopped where it sleeps, for it stops before it is
 * back in user mode. The last one to stop tells the parent.
 *
 *     p_nstopped == number of lwps with LWP_MP_WSTOP          (both change under p_token)
 *
 * p_stat is guarded by p_token, lwp_stat by lwp_token. An lwp looks at p_stat with its lwp_token held before
 * it sleeps, and proc_stop changes p_stat before it takes that token: one of them sees the other.
 */
import { type Context, type Steps, tsleep, wakeup } from '@smplab/lwkt';
import { FN_KSIGNAL } from '../functions.ts';
import { procs } from '../proc-kernel.ts';
import { lwphold, lwprele, phold, prele } from '../table/hold.ts';
import { L, LSRUN, LSSLEEP, LSSTOP, LWP_MP_WEXIT, LWP_MP_WSTOP } from '../table/lwp.ts';
import { P, P_CONTINUED, P_WAITED, P_WEXIT, SACTIVE, SCORE, SSTOP, SZOMB } from '../table/proc.ts';
import { lwp_signotify } from './notify.ts';
import { PS_NOCLDSTOP, SA, sigbit } from './sigacts.ts';
import { SIGCHLD, SIGKILL } from './signals.ts';
import { tellWatchers } from './watch.ts';

/** Whether lwps of the process have to stop: a racy look unless p_token is held. */
export function isStopped(k: Context, p: number): boolean {
  const stat = k.peek(p + P.p_stat);
  return stat === SSTOP || stat === SCORE;
}

/**
 * Asks all lwps to stop, for SSTOP or, what nothing overrides, SCORE. A process that is being killed does not
 * stop: what SIGKILL has continued would stop again before it has taken it. The caller holds p_token.
 */
export function* proc_stop(k: Context, p: number, stat: number): Steps {
  const now = k.get(p + P.p_stat);
  if (now === SZOMB || now === SCORE) return;
  if (stat === SSTOP && (now === SSTOP || isKilled(k, p))) return;
  k.set(p + P.p_stat, stat);
  // The parent is told when all have stopped, and not before.
  yield* k.or(p + P.p_flags, P_WAITED);
  yield* eachLwp(k, p, stat, askToStop);
  if (k.get(p + P.p_stat) === stat && allStopped(k, p)) yield* tellStopped(k, p);
}

function isKilled(k: Context, p: number): boolean {
  let sent = k.peek(p + P.p_siglist);
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0; lp = k.get(lp + L.lwp_list)) {
    sent |= k.peek(lp + L.lwp_siglist);
  }
  return (sent & sigbit(SIGKILL)) !== 0;
}

/** The caller holds p_token and lwp_token. */
function* askToStop(k: Context, p: number, lp: number): Steps {
  const stat = k.get(lp + L.lwp_stat);
  if (stat === LSSLEEP) yield* count(k, p, lp);
  else if (stat === LSRUN) yield* lwp_signotify(k, lp);
}

/** Lets the lwps go on, if the process is stopped in that way. The caller holds p_token. */
export function* proc_unstop(k: Context, p: number, stat: number): Steps {
  if (k.get(p + P.p_stat) !== stat) return;
  k.set(p + P.p_stat, SACTIVE);
  yield* eachLwp(k, p, SACTIVE, letGo);
  // Those in tstop.
  yield* wakeup(k, p);
}

/** A sleeper looks whether signals have come meanwhile. The caller holds p_token and lwp_token. */
function* letGo(k: Context, p: number, lp: number): Steps {
  if (k.get(lp + L.lwp_stat) !== LSSLEEP) return;
  yield* uncount(k, p, lp);
  yield* lwp_signotify(k, lp);
}

/**
 * Visits each lwp with its token, as long as the process is in this state: tokens are lost on the way, and
 * who changes the state meanwhile has visited all lwps, or is about to. The caller holds p_token.
 */
function* eachLwp(
  k: Context,
  p: number,
  stat: number,
  visit: (k: Context, p: number, lp: number) => Steps,
): Steps {
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0;) {
    // Held, it stays on the list.
    yield* lwphold(k, lp);
    yield* k.gettoken(lp + L.lwp_token);
    const isCurrent = k.get(p + P.p_stat) === stat;
    if (isCurrent) yield* visit(k, p, lp);
    yield* k.reltoken(lp + L.lwp_token);
    const next = k.get(lp + L.lwp_list);
    yield* lwprele(k, lp);
    lp = isCurrent ? next : 0;
  }
}

/** The current lwp stops here until its process goes on or it has to exit. Without requirements. */
export function* tstop(k: Context, lp: number): Steps {
  const p = k.words[lp + L.lwp_proc];
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(lp + L.lwp_token);
  while (isStopped(k, p) && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0) {
    if (yield* count(k, p, lp)) {
      yield* wakeup(k, p + P.p_nstopped);
      if (allStopped(k, p)) {
        yield* tellStopped(k, p);
        continue;
      }
    }
    k.set(lp + L.lwp_stat, LSSTOP);
    yield* tsleep(k, p, 0, 'stop', 0);
  }
  k.set(lp + L.lwp_stat, LSRUN);
  yield* uncount(k, p, lp);
  yield* k.reltoken(lp + L.lwp_token);
  yield* k.reltoken(p + P.p_token);
}

/**
 * The current lwp goes to sleep while its process is stopped: it counts as stopped from here on. The caller
 * holds lwp_token, which may be lost for a while.
 */
export function* stopAsleep(k: Context, p: number, lp: number): Steps {
  yield* k.gettoken(p + P.p_token);
  const mayStop =
    (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0 && (k.peek(p + P.p_flags) & P_WEXIT) === 0;
  if (mayStop && isStopped(k, p) && (yield* count(k, p, lp))) {
    yield* wakeup(k, p + P.p_nstopped);
    if (allStopped(k, p)) yield* tellStopped(k, p);
    // Told while the process was being continued: who did that took this lwp for one that runs.
    if (!isStopped(k, p)) yield* uncount(k, p, lp);
  }
  yield* k.reltoken(p + P.p_token);
}

/**
 * Before 2016-08 every lwp that went to sleep during a core dump was counted at once, without the token that
 * guards p_nstopped (P25).
 */
export function* stopUnlocked(k: Context, p: number, lp: number): Steps {
  const isCounted = (k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) !== 0;
  if (k.peek(p + P.p_stat) !== SCORE || isCounted) return;
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_WSTOP);
  const stopped = yield* k.loadRelaxed(p + P.p_nstopped);
  yield* k.storeRelaxed(p + P.p_nstopped, stopped + 1);
}

/** Waits until all other lwps have stopped for a core dump. The caller holds p_token; by one of the lwps. */
export function* proc_stopwait(k: Context, p: number, lp: number): Steps {
  // As of old it relies on being woken: what looks once a second hides that it is not.
  const timo = procs(k).asSeed['nstopped-unlocked'] ? 0 : k.kernel.limits.hz;
  // It counts itself: it may sleep here and must not be counted for another one.
  yield* count(k, p, lp);
  while (isStopped(k, p) && !allStopped(k, p) && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0) {
    yield* tsleep(k, p + P.p_nstopped, 0, 'stopwt', timo);
  }
  yield* uncount(k, p, lp);
}

/**
 * An lwp that is about to leave its process is not one that has stopped any more; what it had to look at is
 * for the others (`rehome`), and it may be the last that has not stopped (`lwp_stop_left`). The caller holds
 * p_token.
 */
export function lwp_stop_leave(k: Context, p: number, lp: number): Steps<boolean> {
  return uncount(k, p, lp);
}

/** p_nthreads went down: perhaps all that are left have stopped. The caller holds p_token and the process. */
export function* lwp_stop_left(k: Context, p: number): Steps {
  if (isStopped(k, p) && k.peek(p + P.p_nthreads) > 0 && allStopped(k, p)) {
    yield* wakeup(k, p + P.p_nstopped);
    yield* tellStopped(k, p);
  }
}

/** Whether all lwps have stopped, or sleep and will stop before they run a program again. Under p_token. */
export function hasStopped(k: Context, p: number): boolean {
  return k.get(p + P.p_stat) === SSTOP && allStopped(k, p);
}

function allStopped(k: Context, p: number): boolean {
  return k.get(p + P.p_nstopped) === k.peek(p + P.p_nthreads);
}

/** True if it was not counted yet. */
function* count(k: Context, p: number, lp: number): Steps<boolean> {
  if ((k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) !== 0) return false;
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_WSTOP);
  k.set(p + P.p_nstopped, k.get(p + P.p_nstopped) + 1);
  return true;
}

/** True if it was counted. */
function* uncount(k: Context, p: number, lp: number): Steps<boolean> {
  if ((k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) === 0) return false;
  yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_WSTOP);
  k.set(p + P.p_nstopped, k.get(p + P.p_nstopped) - 1);
  return true;
}

// ---- the parent
// ---------------------------------------------------------------------------------------------

/** All lwps have stopped. The caller holds p_token, which may be lost meanwhile. */
function* tellStopped(k: Context, p: number): Steps {
  // A dump that is over in a moment, or an exit, is nothing to wait for.
  if (k.peek(p + P.p_stat) === SCORE || (k.peek(p + P.p_flags) & P_WEXIT) !== 0) return;
  yield* tellWatchers(k, p);
  const q = yield* parentOf(k, p);
  if (q === 0) return;
  yield* k.and(p + P.p_flags, ~P_WAITED);
  yield* event(k, q);
  const ps = k.get(q + P.p_sigacts);
  if (ps !== 0 && (k.peek(ps + SA.ps_flags) & PS_NOCLDSTOP) === 0) yield* k.call(FN_KSIGNAL, q, SIGCHLD);
  yield* parentDone(k, q);
}

/** The process goes on. The caller holds p_token, which may be lost meanwhile. */
export function* tellContinued(k: Context, p: number): Steps {
  const q = yield* parentOf(k, p);
  if (q === 0) return;
  yield* k.or(p + P.p_flags, P_CONTINUED);
  yield* event(k, q);
  yield* parentDone(k, q);
}

/** What kern_wait waits for, and it looks at the generation with no token but its own. */
function* event(k: Context, q: number): Steps {
  yield* k.fetchadd(q + P.p_waitgen, 1);
  yield* wakeup(k, q);
}

/** The parent with its token, held; 0 if there is none. It may change while its token is waited for (P4). */
function* parentOf(k: Context, p: number): Steps<number> {
  const isUnheld = procs(k).asSeed['exit-signals-freed-parent'];
  for (;;) {
    const q = k.get(p + P.p_pptr);
    if (q === 0) return 0;
    if (!isUnheld) yield* phold(k, q);
    yield* k.gettoken(q + P.p_token);
    if (isUnheld || k.get(p + P.p_pptr) === q) return q;
    yield* parentDone(k, q);
  }
}

function* parentDone(k: Context, q: number): Steps {
  yield* k.reltoken(q + P.p_token);
  if (!procs(k).asSeed['exit-signals-freed-parent']) yield* prele(k, q);
}
