/**
 * Owns telling those who wait, without being its parent, for a process to stop (`wait` of /proc/N/ctl): that
 * it has stopped, is traced no longer, or exits. They do not hold it, for an exec waits until nobody does: so
 * they sleep on an address, and look the process up again. Guards: p_token; p_pfsflags is changed under it
 * only.
 */
import { type Context, type Steps, tsleep_interlock, wakeup } from '@smplab/lwkt';
import { P } from '../table/proc.ts';

/** p_pfsflags: somebody is to be woken. (1 is PF_ISUGID.) */
const PF_WATCHED = 2;

/** What watchers of a process sleep on: an address and nothing more. */
export function watchIdent(p: number): number {
  return p + P.p_pfsflags;
}

/** The current thread is about to sleep on it (PINTERLOCKED). The caller holds p_token. */
export function* watch_interlock(k: Context, p: number): Steps {
  yield* tsleep_interlock(k, watchIdent(p));
  yield* k.storeRelaxed(p + P.p_pfsflags, k.peek(p + P.p_pfsflags) | PF_WATCHED);
}

/** Something has happened that watchers want to know. The caller holds p_token. */
export function* tellWatchers(k: Context, p: number): Steps {
  const flags = k.peek(p + P.p_pfsflags);
  if ((flags & PF_WATCHED) === 0) return;
  yield* k.storeRelaxed(p + P.p_pfsflags, flags & ~PF_WATCHED);
  yield* wakeup(k, watchIdent(p));
}
