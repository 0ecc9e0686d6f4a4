/**
 * Owns walking the lwps of a process, which are listed in order of lwp_tid (the tree of the original, as a
 * list): FIRST_LWP_IN_PROC, the next one, the one with a number. The caller holds p_token.
 */
import type { Context } from '@smplab/lwkt';
import { listFirst, listNext } from '../queue.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';

/** FIRST_LWP_IN_PROC: 0 when there is none. */
export function lwpFirst(k: Context, p: number): number {
  return listFirst(k, p + P.p_lwp_tree);
}

/** The next lwp of the process, 0 at the end. */
export function lwpNext(k: Context, lp: number): number {
  return listNext(k, lp, L.lwp_list);
}

/** The lwp with a number, 0 if there is none. */
export function lwp_find(k: Context, p: number, tid: number): number {
  for (let lp = lwpFirst(k, p); lp !== 0; lp = lwpNext(k, lp)) {
    if (k.words[lp + L.lwp_tid] === tid) return lp;
  }
  return 0;
}
