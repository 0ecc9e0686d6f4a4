/**
 * Owns the system calls by which a process says what signals do and which of its lwps hold them back
 * (kern_sigaction, kern_sigprocmask, kern_sigsuspend ... of kern_sig.c). Run by the lwp itself. Guards:
 * p_token for all of it, ps_token besides for actions that processes share.
 */
import { type Context, EWOULDBLOCK, PCATCH, type Steps, tsleep } from '@smplab/lwkt';
import { EAGAIN, EINTR, EINVAL } from '../errno.ts';
import { curlwp, curproc } from '../proc-kernel.ts';
import { L, LWP_OLDMASK } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { cursig } from './cursig.ts';
import { set_sigmask } from './notify.ts';
import {
  PS_CLDSIGIGN,
  PS_NOCLDSTOP,
  PS_NOCLDWAIT,
  SA,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIG_DFL,
  SIG_IGN,
  sigbit,
} from './sigacts.ts';
import { sigacts_lock, sigacts_own, sigacts_unlock } from './sigacts-life.ts';
import { CANTMASK, firstSignal, lwp_delsig, pendingOf, proc_delsigs } from './sigset.ts';
import { isIgnoredByDefault, isSignal, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP } from './signals.ts';

export const SIG_BLOCK = 1;
export const SIG_UNBLOCK = 2;
export const SIG_SETMASK = 3;

/** What a signal does. */
export interface SigAction {
  /** SIG_DFL, SIG_IGN or the number of an entry. */
  action: number;
  mask: number;
  flags: number;
}

/** A set of signals as a result. */
export interface SigMask {
  mask: number;
}

/** What the signal does from now on; `old` is what it did. An `action` of null changes nothing. */
export function* sys_sigaction(
  k: Context,
  signal: number,
  action: number | null,
  mask = 0,
  flags = 0,
  old: SigAction | null = null,
): Steps<number> {
  if (!isSignal(signal)) return -EINVAL;
  if ((signal === SIGKILL || signal === SIGSTOP) && action !== null && action !== SIG_DFL) return -EINVAL;
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const ps = action === null ? k.get(p + P.p_sigacts) : yield* sigacts_own(k, p);
  yield* sigacts_lock(k, ps);
  if (old !== null) readAction(k, ps, signal, old);
  if (action !== null) writeAction(k, p, ps, signal, { action, mask, flags });
  yield* sigacts_unlock(k, ps);
  // Pending and ignored now: it is forgotten.
  const isIgnored = action === SIG_IGN || (action === SIG_DFL && isIgnoredByDefault(signal));
  if (isIgnored) yield* proc_delsigs(k, p, sigbit(signal));
  yield* k.reltoken(p + P.p_token);
  return 0;
}

function readAction(k: Context, ps: number, signal: number, old: SigAction): void {
  const bit = sigbit(signal);
  const has = (set: number): boolean => (k.get(ps + set) & bit) !== 0;
  const flags = signal === SIGCHLD ? k.get(ps + SA.ps_flags) : 0;
  old.action = k.get(ps + SA.ps_sigact + signal);
  old.mask = k.get(ps + SA.ps_catchmask + signal);
  old.flags =
    (has(SA.ps_sigintr) ? 0 : SA_RESTART) |
    (has(SA.ps_sigreset) ? SA_RESETHAND : 0) |
    (has(SA.ps_signodefer) ? SA_NODEFER : 0) |
    ((flags & PS_NOCLDSTOP) === 0 ? 0 : SA_NOCLDSTOP) |
    ((flags & PS_NOCLDWAIT) === 0 ? 0 : SA_NOCLDWAIT);
}

/** The caller holds p_token, and ps_token of shared actions. */
function writeAction(k: Context, p: number, ps: number, signal: number, given: SigAction): void {
  const { action, mask, flags } = given;
  const put = (set: number, isIn: boolean): void => {
    const bits = k.get(ps + set);
    k.set(ps + set, isIn ? bits | sigbit(signal) : bits & ~sigbit(signal));
  };
  k.set(ps + SA.ps_catchmask + signal, mask & ~CANTMASK);
  k.set(ps + SA.ps_sigact + signal, action);
  put(SA.ps_sigintr, (flags & SA_RESTART) === 0);
  put(SA.ps_sigreset, (flags & SA_RESETHAND) !== 0);
  put(SA.ps_signodefer, (flags & SA_NODEFER) !== 0);
  const isIgnored = action === SIG_IGN || (action === SIG_DFL && isIgnoredByDefault(signal));
  // SIGCONT is always seen: it continues, whatever else it does.
  put(SA.ps_sigignore, isIgnored && signal !== SIGCONT);
  put(SA.ps_sigcatch, action !== SIG_IGN && action !== SIG_DFL);
  if (signal !== SIGCHLD) return;
  // Children of a process that does not wait go to init, which must wait itself.
  const waits = (flags & SA_NOCLDWAIT) === 0 || k.get(p + P.p_pid) === 1;
  k.set(
    ps + SA.ps_flags,
    ((flags & SA_NOCLDSTOP) === 0 ? 0 : PS_NOCLDSTOP) |
      (waits ? 0 : PS_NOCLDWAIT) |
      (action === SIG_IGN ? PS_CLDSIGIGN : 0),
  );
}

/** Changes the mask of the current lwp; `set` null only asks. `old` is the mask before. */
export function* sys_sigprocmask(
  k: Context,
  how: number,
  set: number | null,
  old: SigMask | null = null,
): Steps<number> {
  const p = curproc(k);
  const lp = curlwp(k);
  const mask = k.peek(lp + L.lwp_sigmask);
  if (set !== null) {
    const next = maskOf(how, mask, set & ~CANTMASK);
    if (next === null) return -EINVAL;
    yield* k.gettoken(p + P.p_token);
    yield* set_sigmask(k, p, lp, next);
    yield* k.reltoken(p + P.p_token);
  }
  if (old !== null) old.mask = mask;
  return 0;
}

function maskOf(how: number, mask: number, set: number): number | null {
  if (how === SIG_BLOCK) return mask | set;
  if (how === SIG_UNBLOCK) return mask & ~set;
  return how === SIG_SETMASK ? set : null;
}

/** What is sent to the lwp and its process and not taken yet. */
export function* sys_sigpending(k: Context, result: SigMask): Steps<number> {
  const p = curproc(k);
  const own = yield* k.load(curlwp(k) + L.lwp_siglist);
  result.mask = own | (yield* k.load(p + P.p_siglist));
  return 0;
}

/**
 * Waits with another mask until a signal is to be handled: always EINTR. The mask changes back after the
 * handler, so that no signal comes between the change and the wait, or between the wait and the handler.
 */
export function* sys_sigsuspend(k: Context, mask: number): Steps<number> {
  const p = curproc(k);
  const lp = curlwp(k);
  yield* k.gettoken(p + P.p_token);
  yield* k.gettoken(lp + L.lwp_token);
  k.words[lp + L.lwp_oldsigmask] = k.peek(lp + L.lwp_sigmask);
  k.set(lp + L.lwp_flags, k.get(lp + L.lwp_flags) | LWP_OLDMASK);
  yield* k.reltoken(lp + L.lwp_token);
  yield* set_sigmask(k, p, lp, mask & ~CANTMASK);
  yield* k.reltoken(p + P.p_token);
  for (;;) {
    // The address is the lwp's own: nobody wakes it but signals.
    if ((yield* tsleep(k, lp + L.lwp_sigmask, PCATCH, 'pause', 0)) === 0) continue;
    yield* k.gettoken(p + P.p_token);
    const signal = yield* cursig(k, lp, false);
    if (signal !== 0) yield* keep(k, p, lp, signal);
    yield* k.reltoken(p + P.p_token);
    // It stopped and went on, or another lwp took the signal.
    if (signal !== 0) return -EINTR;
  }
}

/** The signal is for this lwp now: another one cannot take it before the user boundary does. */
function* keep(k: Context, p: number, lp: number, signal: number): Steps {
  const bit = sigbit(signal);
  if ((k.peek(lp + L.lwp_siglist) & bit) !== 0 || (k.peek(p + P.p_siglist) & bit) === 0) return;
  yield* k.and(p + P.p_siglist, ~bit);
  yield* k.or(lp + L.lwp_siglist, bit);
}

/** Takes a signal of the set without a handler, waiting at most `ticks` (0: for ever): its number. */
export function* sys_sigtimedwait(k: Context, set: number, ticks = 0): Steps<number> {
  const p = curproc(k);
  const lp = curlwp(k);
  const saved = k.peek(lp + L.lwp_sigmask);
  const waited = set & ~CANTMASK;
  const deadline = k.kernel.ticks + ticks;
  let error = 0;
  for (;;) {
    yield* k.gettoken(p + P.p_token);
    const signal = firstSignal(pendingOf(k, p, lp) & waited);
    if (signal !== 0) yield* lwp_delsig(k, p, lp, signal);
    const isOver = signal !== 0 || error !== 0;
    yield* set_sigmask(k, p, lp, isOver ? saved : saved & ~waited);
    yield* k.reltoken(p + P.p_token);
    if (isOver) return signal !== 0 ? signal : -error;
    const left = ticks === 0 ? 0 : Math.max(1, deadline - k.kernel.ticks);
    error = yield* tsleep(k, lp + L.lwp_siglist, PCATCH, 'sigwt', left);
    if (error === EWOULDBLOCK) error = EAGAIN;
    else if (error !== 0) error = EINTR;
  }
}

/** The same without a limit. */
export function sys_sigwaitinfo(k: Context, set: number): Steps<number> {
  return sys_sigtimedwait(k, set, 0);
}
