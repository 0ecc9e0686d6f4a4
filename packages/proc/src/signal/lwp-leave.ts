/**
 * Owns what an lwp that exits leaves behind of signals and stops. Called by lwp_exit with p_token held, in
 * the thread of that lwp.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { rehome } from './notify.ts';
import { lwp_stop_leave, lwp_stop_left } from './stop.ts';

/**
 * Before the lwp is off the list, with LWP_MP_WEXIT set: it is not one that has stopped any more, and signals
 * of the process that it was to take are for the others. p_token may be lost meanwhile.
 */
export function* lwp_signals_leave(k: Context, p: number, lp: number): Steps {
  yield* lwp_stop_leave(k, p, lp);
  yield* rehome(k, p, -1);
}

/** After p_nthreads went down, with the process held: perhaps all that are left have stopped. */
export function lwp_signals_left(k: Context, p: number): Steps {
  return lwp_stop_left(k, p);
}
