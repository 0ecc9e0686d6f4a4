/**
 * Owns the idle thread of a CPU: it runs when nobody else can, and rests until somebody might. Runs on its
 * CPU.
 */
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD, RQF_AST_LWKT_RESCHED, RQF_SPLZ_MASK, RQF_WAKEUP } from './globaldata.ts';
import type { Steps } from './registry.ts';
import { lwkt_switch } from './switch.ts';

/** What makes the idle thread look at the run queue again. */
export const IDLE_WAKE_MASK = RQF_AST_LWKT_RESCHED | RQF_WAKEUP | RQF_SPLZ_MASK;

/** The body of the thread. */
export function* lwkt_idle(k: Context): Steps {
  for (;;) {
    crit_enter(k);
    if (crit_leave(k)) yield* splz(k);
    // Threads that lack tokens stand on the run queue: their words are looked at, not polled.
    const reqflags = k.words[k.cpu.gd + GD.gd_reqflags];
    if ((reqflags & IDLE_WAKE_MASK) === 0) yield* k.rest(k.cpu.wants);
    yield* lwkt_switch(k);
  }
}
