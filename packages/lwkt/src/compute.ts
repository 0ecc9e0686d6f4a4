/**
 * Owns computing: what a thread does that is no operation of the kernel and takes time. Runs in the thread
 * that computes, outside critical sections.
 */
import type { Context } from './context.ts';
import { RQF_AST_LWKT_RESCHED } from './globaldata.ts';
import type { Steps } from './registry.ts';
import { lwkt_yield } from './schedule.ts';

/** Computes for `ns` of work at speed 1, and gives way whenever a thread should run that comes first. */
export function* lwkt_compute(k: Context, ns: number): Steps {
  for (let left = ns; left > 0;) {
    left = yield* k.compute(left, RQF_AST_LWKT_RESCHED);
    if (left > 0) yield* lwkt_yield(k);
  }
}
