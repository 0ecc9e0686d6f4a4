/**
 * Owns the thread softclock of a CPU: it ends the sleeps whose timeout is due (sys/kern/kern_synch.c,
 * endtsleep). It may block for the token of the sleeper, so it is a thread and no interrupt. Runs on the CPU
 * of the sleepers.
 */
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD } from './globaldata.ts';
import type { Steps } from './registry.ts';
import { dequeue } from './run-queue.ts';
import { schedule } from './schedule.ts';
import { lwkt_switch } from './switch.ts';
import { TD, TDF_TIMEOUT, TDF_TIMEOUT_RUNNING, TDF_TSLEEP_DESCHEDULED } from './thread.ts';
import { isTimeoutDue, timeoutCancel } from './timeout.ts';
import { lwkt_gettoken, lwkt_reltoken } from './token.ts';

/** The body of the thread. */
export function* lwkt_softclock(k: Context): Steps {
  for (;;) {
    while (isTimeoutDue(k.cpu)) {
      const td = k.words[k.cpu.gd + GD.gd_timeouts];
      timeoutCancel(k, td);
      yield* endtsleep(k, td);
    }
    crit_enter(k);
    // Nothing becomes due between this look and the switch: the clock is an interrupt of this CPU.
    if (!isTimeoutDue(k.cpu)) {
      dequeue(k.cpu, k.td);
      yield* lwkt_switch(k);
    }
    if (crit_leave(k)) yield* splz(k);
  }
}

/** The timeout of a sleeper is due. */
function* endtsleep(k: Context, td: number): Steps {
  const token = k.words[td + TD.td_token];
  const isHistorical = k.kernel.asSeed['endtsleep-order'];
  // Waiting for the token takes time, in which somebody may wake the sleeper: it then waits for this to be
  // over. Before 2011-04-05 the flags were set afterwards, and it did not.
  if (!isHistorical) k.words[td + TD.td_flags] |= TDF_TIMEOUT_RUNNING | TDF_TIMEOUT;
  if (token !== 0) yield* lwkt_gettoken(k, token);
  if (isHistorical) k.words[td + TD.td_flags] |= TDF_TIMEOUT_RUNNING | TDF_TIMEOUT;
  crit_enter(k);
  if ((k.words[td + TD.td_flags] & TDF_TSLEEP_DESCHEDULED) !== 0) {
    k.words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
    yield* schedule(k, td, 1);
  }
  k.words[td + TD.td_flags] &= ~TDF_TIMEOUT_RUNNING;
  if (crit_leave(k)) yield* splz(k);
  if (token !== 0) yield* lwkt_reltoken(k, token);
}
