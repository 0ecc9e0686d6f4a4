/**
 * Owns the life of `struct sigacts` (sys/kern/kern_sig.c, kern_fork.c): made while the machine boots, copied
 * (when it is first changed) or shared by fork, given back with the process, and what exec does with it.
 * Guards: ps_refcnt is atomic, p_token guards the pointer; see sigacts.ts for the contents.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, lwkt_token_init, NOTHING, type Steps } from '@smplab/lwkt';
import { T_DESC } from '@smplab/token';
import { kfree, kmalloc, M_SIGACTS } from '../malloc-types.ts';
import { curlwp } from '../proc-kernel.ts';
import { L, LWP_ALTSTACK } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { NSIG, PS_CLDSIGIGN, PS_NOCLDWAIT, SA, SIG_DFL, SIG_IGN, Sigacts, sigbit } from './sigacts.ts';
import { firstSignal, proc_delsigs } from './sigset.ts';
import { defaultOf, isIgnoredByDefault, SIGCHLD } from './signals.ts';

const T_SIGACTS = mallocType(M_SIGACTS, 'signal actions');

/** Fresh signal actions for a process that is laid out while the machine boots. */
export function bootSigacts(kernel: Kernel, p: number): void {
  const ps = kernel.kmem.kmalloc(T_SIGACTS, Sigacts.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  words[ps + SA.ps_refcnt] = 1;
  words[ps + SA.ps_sigignore] = siginit();
  kernel.writeText(ps + SA.ps_token + T_DESC, 'sigacts');
  words[p + P.p_sigacts] = ps;
}

/** The signals that are ignored unless a process says otherwise. SIGCONT is not among them: it continues. */
export function siginit(): number {
  let set = 0;
  for (let signal = 1; signal < NSIG; signal++) if (defaultOf(signal) === 'ignore') set |= sigbit(signal);
  return set;
}

/**
 * The child gets what is a copy of its parent's actions: one is made when either changes them. The caller
 * holds the p_token of both.
 */
export function sigacts_fork(k: Context, p1: number, p2: number): Steps {
  const ps = k.get(p1 + P.p_sigacts);
  if (k.get(ps + SA.ps_isshared) !== 0) return forkShared(k, ps, p2);
  k.set(p2 + P.p_sigacts, ps);
  return k.fetchadd(ps + SA.ps_refcnt, 1) as unknown as Steps;
}

function* forkShared(k: Context, ps: number, p2: number): Steps {
  k.set(p2 + P.p_sigacts, yield* copyOf(k, ps));
}

/** RFSIGSHARE: what one of them changes, changes for both. The caller holds the p_token of both. */
export function* sigacts_share(k: Context, p1: number, p2: number): Steps {
  const ps = yield* sigacts_own(k, p1);
  k.set(ps + SA.ps_isshared, 1);
  yield* k.fetchadd(ps + SA.ps_refcnt, 1);
  k.set(p2 + P.p_sigacts, ps);
}

/**
 * Actions that the process may change: its own, or shared ones, which `sigacts_lock` is for. The caller holds
 * p_token, which is not lost.
 */
export function* sigacts_own(k: Context, p: number): Steps<number> {
  const ps = k.get(p + P.p_sigacts);
  if (k.get(ps + SA.ps_isshared) !== 0 || (yield* k.load(ps + SA.ps_refcnt)) === 1) return ps;
  return yield* unshare(k, p, ps);
}

/** Keeps other processes from changing shared actions; nothing for a process's own. p_token may be lost. */
export function sigacts_lock(k: Context, ps: number): Steps {
  return k.get(ps + SA.ps_isshared) === 0 ? NOTHING : (k.gettoken(ps + SA.ps_token) as unknown as Steps);
}

/** Gives that back. */
export function sigacts_unlock(k: Context, ps: number): Steps {
  return k.get(ps + SA.ps_isshared) === 0 ? NOTHING : (k.reltoken(ps + SA.ps_token) as unknown as Steps);
}

/** Gives the actions of a process back; it has none from then on. The caller holds p_token. */
export function sigacts_free(k: Context, p: number): Steps {
  const ps = k.get(p + P.p_sigacts);
  k.set(p + P.p_sigacts, 0);
  return release(k, ps);
}

function release(k: Context, ps: number): Steps {
  return k.upon(k.fetchadd(ps + SA.ps_refcnt, -1), freeLast, ps);
}

function freeLast(k: Context, before: number, ps: number): Steps | null {
  if (before < 1) k.panic(`sigacts: ps_refcnt was ${before}`);
  return before === 1 ? kfree(k, M_SIGACTS, ps) : null;
}

function* copyOf(k: Context, ps: number): Steps<number> {
  const copy = yield* kmalloc(k, M_SIGACTS, Sigacts.size);
  lwkt_token_init(k, copy + SA.ps_token, 'sigacts');
  k.words[copy + SA.ps_refcnt] = 1;
  yield* sigacts_lock(k, ps);
  k.copy(copy + SA.ps_sigact, ps + SA.ps_sigact, SA.ps_isshared - SA.ps_sigact);
  yield* sigacts_unlock(k, ps);
  return copy;
}

/**
 * What exec does: signals with a handler go back to their default, for the handlers are gone; ignored ones
 * stay ignored, the mask stays as it is. The caller is the only lwp of the process and holds p_token.
 */
export function* execsigs(k: Context, p: number): Steps {
  const ps = k.get(p + P.p_sigacts);
  if (k.get(ps + SA.ps_isshared) !== 0) yield* unshare(k, p, ps);
  const ignored = hasToReset(k, p) ? resetCaught(k, yield* sigacts_own(k, p)) : 0;
  // Held back with a handler in mind, they would be ignored now.
  yield* proc_delsigs(k, p, ignored);
  yield* leaveAltstack(k);
}

/** The process goes on with a copy of what it has shared, and gives its reference to that back. */
function* unshare(k: Context, p: number, ps: number): Steps<number> {
  const copy = yield* copyOf(k, ps);
  k.set(p + P.p_sigacts, copy);
  yield* release(k, ps);
  return copy;
}

function hasToReset(k: Context, p: number): boolean {
  const ps = k.get(p + P.p_sigacts);
  if (k.get(ps + SA.ps_sigcatch) !== 0 || k.get(ps + SA.ps_sigact + SIGCHLD) === SIG_IGN) return true;
  return (k.get(ps + SA.ps_flags) & (PS_NOCLDWAIT | PS_CLDSIGIGN)) !== 0;
}

/** Gives the signals that are ignored from now on, and SIGCONT. */
function resetCaught(k: Context, ps: number): number {
  let ignored = 0;
  for (let caught = k.get(ps + SA.ps_sigcatch); caught !== 0;) {
    const signal = firstSignal(caught);
    caught &= ~sigbit(signal);
    if (isIgnoredByDefault(signal)) ignored |= sigbit(signal);
    k.set(ps + SA.ps_sigact + signal, SIG_DFL);
  }
  k.set(ps + SA.ps_sigcatch, 0);
  k.set(ps + SA.ps_sigignore, k.get(ps + SA.ps_sigignore) | (ignored & siginit()));
  k.set(ps + SA.ps_flags, k.get(ps + SA.ps_flags) & ~(PS_NOCLDWAIT | PS_CLDSIGIGN));
  if (k.get(ps + SA.ps_sigact + SIGCHLD) === SIG_IGN) k.set(ps + SA.ps_sigact + SIGCHLD, SIG_DFL);
  return ignored;
}

function* leaveAltstack(k: Context): Steps {
  const lp = curlwp(k);
  yield* k.gettoken(lp + L.lwp_token);
  k.set(lp + L.lwp_flags, k.get(lp + L.lwp_flags) & ~LWP_ALTSTACK);
  yield* k.reltoken(lp + L.lwp_token);
}
