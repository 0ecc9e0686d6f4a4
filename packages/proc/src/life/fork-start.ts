/**
 * Owns the start of a child that fork1 has made (start_forked_proc of kern_fork.c), and the wait of vfork.
 * Run by the parent's thread.
 *
 *     parent:  P_PPWAIT set? -> interlock on the child's p_flags -> still set? -> sleep
 *     child:   exec or exit: clears P_PPWAIT, wakes its own p_flags
 *
 * The child wakes an address of its own. (The original wakes p_pptr, and what p_pptr is when a tracer has
 * taken the child over is another process than the one that sleeps.)
 */
import {
  type Context,
  NOTHING,
  PINTERLOCKED,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { prele } from '../table/hold.ts';
import { L, LWP_MP_SIGNAL } from '../table/lwp.ts';
import { P, P_PPWAIT, SACTIVE, SIDL } from '../table/proc.ts';
import { UPMAP } from '../table/upmap-layout.ts';
import { lwpFirst } from './lwp-find.ts';
import { lwpStart } from './lwp-fork.ts';

/** Lets a child run, and gives the hold on the parent back. */
export function* start_forked_proc(k: Context, lp1: number, p2: number): Steps {
  const p1 = k.words[lp1 + L.lwp_proc];
  yield* k.gettoken(p2 + P.p_token);
  const stat = k.get(p2 + P.p_stat);
  if (stat !== SIDL && !procs(k).asSeed['scan-embryo']) k.panic(`start_forked_proc: p_stat is ${stat}`);
  k.set(p2 + P.p_stat, SACTIVE);
  const lp2 = lwpFirst(k, p2);
  // What was sent to the embryo is for its lwp to take.
  if ((yield* k.load(p2 + P.p_siglist)) !== 0) yield* k.or(lp2 + L.lwp_mpflags, LWP_MP_SIGNAL);
  yield* k.reltoken(p2 + P.p_token);
  yield* lwpStart(k, lp2);
  yield* prele(k, p1);
}

/** Waits until a vforked child, which the caller holds, has let go of what it shares. */
export function* ppwait(k: Context, p2: number): Steps {
  const ident = p2 + P.p_flags;
  while (((yield* k.load(ident)) & P_PPWAIT) !== 0) {
    yield* tsleep_interlock(k, ident);
    if (((yield* k.load(ident)) & P_PPWAIT) !== 0) yield* tsleep(k, ident, PINTERLOCKED, 'ppwait', 0);
  }
}

/** The child has done with what it shares with its parent: exec or exit. Run by the child. */
export function ppwaitRelease(k: Context, p: number): Steps {
  return (k.peek(p + P.p_flags) & P_PPWAIT) === 0 ? NOTHING : release(k, p);
}

function* release(k: Context, p: number): Steps {
  yield* k.and(p + P.p_flags, ~P_PPWAIT);
  yield* wakeup(k, p + P.p_flags);
}

/**
 * Programs read their pid from the shared page unless a vfork is under way, when two processes have that page
 * in common. How many are is counted: with two vforking lwps, one may be done while the other is not (P27).
 * Gives the page, 0 if there is none: it stays as long as this process, which is the caller's.
 */
export function* invforkEnter(k: Context, p1: number): Steps<number> {
  const upmap = k.peek(p1 + P.p_upmap);
  if (upmap === 0) return 0;
  if (procs(k).asSeed['invfork-flag']) yield* k.store(upmap + UPMAP.invfork, 1);
  else yield* k.fetchadd(upmap + UPMAP.invfork, 1);
  return upmap;
}

/** The vfork is over. Run by the parent. (The original lets the child do it, in the page of its p_pptr.) */
export function* invforkLeave(k: Context, upmap: number): Steps {
  if (procs(k).asSeed['invfork-flag']) yield* k.store(upmap + UPMAP.invfork, 0);
  else yield* k.fetchadd(upmap + UPMAP.invfork, -1);
}
