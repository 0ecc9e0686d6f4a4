/**
 * Owns sets of signals, a word each, and what is pending for an lwp: the signals sent to it, and those sent
 * to its process, which any of its lwps may take. Both words are atomic; looks at them are racy, and whoever
 * adds a signal makes an lwp look again afterwards (notify.ts).
 */
import type { Context, Steps } from '@smplab/lwkt';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { sigbit } from './sigacts.ts';
import { SIGCONT, SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU } from './signals.ts';

/** Signals that cannot be held back. */
export const CANTMASK = sigbit(SIGKILL) | sigbit(SIGSTOP);
/** Signals that stop by default. */
export const STOPSIGS = sigbit(SIGSTOP) | sigbit(SIGTSTP) | sigbit(SIGTTIN) | sigbit(SIGTTOU);
export const CONTSIGS = sigbit(SIGCONT);

/** The signal of a set that is taken first: SIGKILL, else the lowest; 0 for none. */
export function firstSignal(set: number): number {
  if (set === 0) return 0;
  return (set & sigbit(SIGKILL)) !== 0 ? SIGKILL : 32 - Math.clz32(set & -set);
}

/** What is sent to the lwp and to its process, held back or not (lwp_sigpend). */
export function pendingOf(k: Context, p: number, lp: number): number {
  return k.peek(p + P.p_siglist) | k.peek(lp + L.lwp_siglist);
}

/** What the lwp has to take. */
export function deliverableTo(k: Context, p: number, lp: number): number {
  return pendingOf(k, p, lp) & ~k.peek(lp + L.lwp_sigmask);
}

/** Takes a signal off the lists: the lwp's own first (lwp_delsig). The caller holds p_token. */
export function* lwp_delsig(k: Context, p: number, lp: number, signal: number): Steps {
  const bit = sigbit(signal);
  const list = (k.peek(lp + L.lwp_siglist) & bit) !== 0 ? lp + L.lwp_siglist : p + P.p_siglist;
  yield* k.and(list, ~bit);
}

/** Takes a set of signals off all lists of the process. The caller holds p_token. */
export function* proc_delsigs(k: Context, p: number, set: number): Steps {
  if ((k.peek(p + P.p_siglist) & set) !== 0) yield* k.and(p + P.p_siglist, ~set);
  for (let lp = k.get(p + P.p_lwp_tree); lp !== 0; lp = k.get(lp + L.lwp_list)) {
    if ((k.peek(lp + L.lwp_siglist) & set) !== 0) yield* k.and(lp + L.lwp_siglist, ~set);
  }
}
