/**
 * Owns signals that an lwp causes by itself (trapsignal of kern_sig.c): a trap, a bad access. They are for
 * this lwp only, and its user boundary takes them before it goes on.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { L } from '../table/lwp.ts';
import { lwpsignal } from './ksignal.ts';

/** Posts the signal to the current lwp. */
export function* trapsignal(k: Context, lp: number, signal: number): Steps {
  k.words[lp + L.lwp_sig] = signal;
  yield* lwpsignal(k, k.words[lp + L.lwp_proc], lp, signal);
}
