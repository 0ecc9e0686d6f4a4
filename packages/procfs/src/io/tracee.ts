/**
 * Owns the relation of the current process to one it may trace (TRACE_WAIT_P of FreeBSD's procfs_ctl.c). Run
 * with the p_token of that one held, but for the end of a look.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { procfs } from '../procfs-kernel.ts';
import type { Transfer } from './transfer.ts';

const { curproc, hasStopped, P_TRACED, prele, reflock_leave } = kern;

/** The current process traces it. */
export function isOwnTracee(k: Context, p: number): boolean {
  return (k.peek(p + P.p_flags) & P_TRACED) !== 0 && k.get(p + P.p_pptr) === curproc(k);
}

/** It does, and has it stopped. */
export function isOwnTraceeStopped(k: Context, p: number): boolean {
  return hasStopped(k, p) && isOwnTracee(k, p);
}

/**
 * Gives p_reflock and the hold back before the operation ends: it execs and exits as it likes from here on.
 */
export function* endLook(k: Context, at: Transfer): Steps {
  procfs(k).balance.gaveBack(k.td, at.p);
  yield* reflock_leave(k, at.p);
  yield* prele(k, at.p);
  at.isReleased = true;
}
