/**
 * Owns killing all lwps of a process but one (killalllwps of kern_exit.c), as exit and exec do. Who sets
 * P_WEXIT first is the master; another one gives up. Run by an lwp of the process; takes p_token and its own
 * lwp_token, which it has to hold: what it counts is guarded by them (P26).
 */
import { type Context, lwkt_token_held, type Steps, tsleep, wakeup } from '@smplab/lwkt';
import { EALREADY } from '../errno.ts';
import { curlwp, procs } from '../proc-kernel.ts';
import { lwphold, lwprele } from '../table/hold.ts';
import { L, LWP_MP_WEXIT, LWP_MP_WSTOP } from '../table/lwp.ts';
import { P, P_WEXIT } from '../table/proc.ts';
import { lwpsignal } from '../signal/ksignal.ts';
import { SIGKILL } from '../signal/signals.ts';
import { lwpFirst, lwpNext } from './lwp-find.ts';
import { reaplwps } from './lwp-reap.ts';

/** 0 when the current lwp is the only one, EALREADY when another lwp does the same already. */
export function* killalllwps(k: Context, forexec: boolean): Steps<number> {
  const lp = curlwp(k);
  const p = k.words[lp + L.lwp_proc];
  const isUnlocked = procs(k).asSeed['killalllwps-unlocked'];
  if (!isUnlocked) yield* k.gettoken(p + P.p_token);
  // Interlocks on P_WEXIT: only one lwp may kill the others.
  const error = (k.peek(p + P.p_flags) & P_WEXIT) === 0 ? 0 : EALREADY;
  if (error === 0) {
    if (!isUnlocked) k.assert(lwkt_token_held(k, p + P.p_token), 'killalllwps: p_token is not held');
    yield* k.or(p + P.p_flags, P_WEXIT);
    if ((yield* k.load(p + P.p_nthreads)) <= 1) yield* k.or(lp + L.lwp_mpflags, LWP_MP_WEXIT);
    else yield* killOthers(k, p, lp);
    // The lwps that are gone are reaped.
    if (k.peek(p + P.p_deadlwps) !== 0) yield* reaplwps(k, p);
    if (forexec) yield* goOn(k, p, lp);
  }
  if (!isUnlocked) yield* k.reltoken(p + P.p_token);
  return error;
}

function* killOthers(k: Context, p: number, lp: number): Steps {
  yield* k.gettoken(lp + L.lwp_token);
  // A core dump waits until all but one are stopped: this lwp counts as stopped until the others are gone.
  const isStopped = (k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) !== 0;
  if (!isStopped) {
    yield* k.or(lp + L.lwp_mpflags, LWP_MP_WSTOP);
    k.set(p + P.p_nstopped, k.get(p + P.p_nstopped) + 1);
    yield* wakeup(k, p + P.p_nstopped);
  }
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_WEXIT);
  yield* killlwps(k, p);
  if (!isStopped && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) !== 0) {
    yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_WSTOP);
    k.set(p + P.p_nstopped, k.get(p + P.p_nstopped) - 1);
  }
  yield* k.reltoken(lp + L.lwp_token);
}

/** Sends SIGKILL to each other lwp that does not exit already, and waits until all are gone. */
function* killlwps(k: Context, p: number): Steps {
  for (let lp = lwpFirst(k, p); lp !== 0;) {
    // Held, it stays in the list while the signal blocks.
    yield* lwphold(k, lp);
    yield* k.gettoken(lp + L.lwp_token);
    if ((k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0) {
      yield* k.or(lp + L.lwp_mpflags, LWP_MP_WEXIT);
      yield* lwpsignal(k, p, lp, SIGKILL);
    }
    yield* k.reltoken(lp + L.lwp_token);
    const next = lwpNext(k, lp);
    yield* lwprele(k, lp);
    lp = next;
  }
  // Those that stop: they look at LWP_MP_WEXIT again, under p_token.
  yield* wakeup(k, p);
  // The count goes down under p_token, and the sleep interlocks before it gives the token back.
  while ((yield* k.load(p + P.p_nthreads)) > 1) yield* tsleep(k, p + P.p_nthreads, 0, 'killlwps', 0);
}

/** For an exec this lwp goes on as if nothing had happened. */
function* goOn(k: Context, p: number, lp: number): Steps {
  yield* k.and(lp + L.lwp_mpflags, ~LWP_MP_WEXIT);
  yield* k.and(p + P.p_flags, ~P_WEXIT);
}
