/**
 * Owns what sleeping has to do with processes (the lwp part of tsleep, kern_synch.c): lwp_stat, signals that
 * end a sleep with PCATCH, and stops. Called by tsleep in the thread that sleeps, with its lwp_token held;
 * threads without an lwp are none of its business.
 */
import { type Context, type SignalPolicy, type Steps, TD } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { L, LSRUN, LSSLEEP, LSSTOP, LWP_MP_WEXIT, LWP_MP_WSTOP, LWP_SINTR } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { cursig } from './cursig.ts';
import { SA, sigbit } from './sigacts.ts';
import { deliverableTo } from './sigset.ts';
import { isStopped, stopAsleep, stopUnlocked } from './stop.ts';

export class ProcSignals implements SignalPolicy {
  *enter(k: Context, td: number, catches: boolean): Steps<number> {
    const lp = k.words[td + TD.td_lwp];
    if (lp === 0) return 0;
    const p = k.words[lp + L.lwp_proc];
    for (;;) {
      const stops = isStopped(k, p) && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0;
      const isUnlocked = procs(k).asSeed['nstopped-unlocked'];
      if (stops && isUnlocked) yield* stopUnlocked(k, p, lp);
      if (!catches) {
        const isCounted = (k.peek(lp + L.lwp_mpflags) & LWP_MP_WSTOP) !== 0;
        if (stops && !isCounted && !isUnlocked) yield* stopAsleep(k, p, lp);
        return 0;
      }
      // The last look is made with lwp_token held ever since: who sends a signal now finds the lwp asleep.
      if (!stops && deliverableTo(k, p, lp) === 0) return 0;
      const signal = yield* cursig(k, lp, false);
      if (signal !== 0) return signal;
      // A stop signal that waits for the end of a vfork ends no sleep.
      if (!isStopped(k, p)) return 0;
    }
  }

  asleep(k: Context, td: number, catches: boolean): void {
    const lp = k.words[td + TD.td_lwp];
    if (lp === 0) return;
    k.words[lp + L.lwp_nvcsw]++;
    k.words[lp + L.lwp_slptime] = 0;
    // In tstop it stays what it is.
    if (k.get(lp + L.lwp_stat) !== LSSTOP) k.set(lp + L.lwp_stat, LSSLEEP);
    if (catches) k.set(lp + L.lwp_flags, k.get(lp + L.lwp_flags) | LWP_SINTR);
  }

  awake(k: Context, td: number): void {
    const lp = k.words[td + TD.td_lwp];
    if (lp === 0) return;
    k.set(lp + L.lwp_stat, LSRUN);
    const flags = k.get(lp + L.lwp_flags);
    if ((flags & LWP_SINTR) !== 0) k.set(lp + L.lwp_flags, flags & ~LWP_SINTR);
  }

  *leave(k: Context, td: number): Steps<number> {
    const lp = k.words[td + TD.td_lwp];
    if (lp === 0) return 0;
    const p = k.words[lp + L.lwp_proc];
    const isStopping = isStopped(k, p) && (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0;
    return isStopping || deliverableTo(k, p, lp) !== 0 ? yield* cursig(k, lp, false) : 0;
  }

  restarts(k: Context, td: number, signal: number): boolean {
    const p = k.words[td + TD.td_proc];
    // Its own process, which alone changes p_sigacts; a moment later is a moment too late.
    const ps = k.peek(p + P.p_sigacts);
    return ps === 0 || (k.peek(ps + SA.ps_sigintr) & sigbit(signal)) === 0;
  }
}
