/**
 * Owns the relation of the current process to one it may trace (TRACE_WAIT_P of FreeBSD's procfs_ctl.c). Run
 * with the p_token of that one held.
 */
import type { Context } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';

const { curproc, hasStopped, P_TRACED } = kern;

/** The current process traces it. */
export function isOwnTracee(k: Context, p: number): boolean {
  return (k.peek(p + P.p_flags) & P_TRACED) !== 0 && k.get(p + P.p_pptr) === curproc(k);
}

/** It does, and has it stopped. */
export function isOwnTraceeStopped(k: Context, p: number): boolean {
  return hasStopped(k, p) && isOwnTracee(k, p);
}
