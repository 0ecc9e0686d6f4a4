/**
 * Owns the user boundary: what happens before a program goes on after a system call or one of its own
 * operations. One word, lwp_mpflags, says whether there is anything to do: then deferred work, exit, stop,
 * a single step, signals and rescheduling are taken in that order. Runs in the thread of the lwp.
 */
import { type Context, lwkt_resched_wanted, lwkt_yield, type Steps, TD, toksBase } from '@smplab/lwkt';
import { checkSyscallBalance } from '../invariants/syscall-balance.ts';
import { curproc } from '../proc-kernel.ts';
import { cursig, postsig, sigreturn, sigsettle } from '../signal/cursig.ts';
import { SIGTRAP } from '../signal/signals.ts';
import { trapsignal } from '../signal/trapsignal.ts';
import { tstop } from '../signal/stop.ts';
import { L, LWP_MP_SIGNAL, LWP_MP_STEP, LWP_MP_VNLRU, LWP_MP_WEXIT, LWP_MP_WSTOP } from '../table/lwp.ts';
import { P, SCORE, SSTOP } from '../table/proc.ts';
import { lwpuserret } from '../table/userret.ts';

const DEFERRED = LWP_MP_VNLRU | LWP_MP_WEXIT;
const PENDING = DEFERRED | LWP_MP_WSTOP | LWP_MP_SIGNAL | LWP_MP_STEP;

/** Who runs the entry of a signal handler, nested. */
export interface HandlerRunner {
  handle(entry: number, signal: number): Steps<unknown>;
}

/** Whether an lwp with these lwp_mpflags goes on in user mode at once: there is nothing to do. */
export function isQuiet(k: Context, flags: number): boolean {
  const { usched } = k.kernel;
  return (flags & PENDING) === 0 && !lwkt_resched_wanted(k) && (usched === null || usched.mayRun(k));
}

/** Lets the lwp go on in user mode, or not (userret of the platform's trap code). */
export function* userret(k: Context, lp: number, runner: HandlerRunner): Steps {
  checkBalance(k, lp);
  const flags = yield* k.load(lp + L.lwp_mpflags);
  if (!isQuiet(k, flags)) yield* userretFrom(k, lp, runner, flags);
}

/** A call keeps no token and no critical section (I3). */
export function checkBalance(k: Context, lp: number): void {
  const { words, td } = k;
  if (words[td + TD.td_toks_stop] !== toksBase(td) || words[td + TD.td_critcount] !== 0) unbalanced(k, lp);
}

/** The rest of `userret` once lwp_mpflags have been looked at. */
export function* userretFrom(k: Context, lp: number, runner: HandlerRunner, flags: number): Steps {
  if ((flags & PENDING) !== 0) yield* pending(k, lp, runner);
  if (lwkt_resched_wanted(k)) {
    k.words[lp + L.lwp_nivcsw]++;
    yield* lwkt_yield(k);
  }
  const { usched } = k.kernel;
  if (usched !== null) yield* usched.acquire(k);
}

/** A call has kept what it took: I3. */
function unbalanced(k: Context, lp: number): never {
  return k.misuse('token-misuse', checkSyscallBalance(k, lp).join('; '));
}

function* pending(k: Context, lp: number, runner: HandlerRunner): Steps {
  const p = curproc(k);
  const isStepping = (k.peek(lp + L.lwp_mpflags) & LWP_MP_STEP) !== 0;
  if (isStepping) {
    yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_STEP);
    yield* trapsignal(k, lp, SIGTRAP);
  }
  for (;;) {
    const flags = yield* k.load(lp + L.lwp_mpflags);
    if ((flags & DEFERRED) !== 0) yield* lwpuserret(k, lp);
    const stat = k.peek(p + P.p_stat);
    if ((flags & LWP_MP_WSTOP) !== 0 || stat === SSTOP || stat === SCORE) {
      yield* tstop(k, lp);
      continue;
    }
    if ((flags & LWP_MP_SIGNAL) === 0) return;
    const signal = yield* cursig(k, lp);
    if (signal === 0) {
      yield* sigsettle(k, lp);
      if (((yield* k.load(lp + L.lwp_mpflags)) & PENDING) === 0) return;
      continue;
    }
    const entry = yield* postsig(k, lp, signal);
    if (entry === 0) continue;
    const mask = k.words[lp + L.lwp_oldsigmask];
    yield* runner.handle(entry, signal);
    yield* sigreturn(k, lp, mask);
  }
}
