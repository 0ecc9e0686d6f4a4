/**
 * Owns moving a thread to another CPU (sys/kern/lwkt_thread.c): the thread sends itself (lwkt_setcpu_self),
 * or its CPU gives it away and another takes it (giveaway, acquire). In flight it stands on no list. A thread
 * that has started has a generator in one realm, so live machines refuse all of this.
 */
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD } from './globaldata.ts';
import { lwkt_process_ipiq } from './ipiq.ts';
import type { Steps } from './registry.ts';
import { dequeue, enqueue, type Td, tdallq } from './run-queue.ts';
import { sleepRemove } from './sleep-queue.ts';
import { lwkt_switch } from './switch.ts';
import { TD, TDF_MIGRATING, TDF_PREEMPT_LOCK, TDF_RUNNING } from './thread.ts';

/** Moves the current thread to another CPU; returns there. */
export function* lwkt_setcpu_self(k: Context, target: number): Steps {
  if (!k.kernel.hasCpu(target)) k.panic(`lwkt_setcpu_self: there is no cpu${String(target)}`);
  if (target === k.cpu.cpuid) return;
  k.cpu.checkMigration(k);
  const { td } = k;
  crit_enter(k);
  yield* sleepRemove(k, td);
  k.words[td + TD.td_flags] |= TDF_MIGRATING;
  dequeue(k.cpu, td);
  tdallq.remove(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  k.words[td + TD.td_migrate_gd] = target + 1;
  k.noteBreak(`moved to cpu${target}`);
  yield* lwkt_switch(k);
  // Now on the target, which owns the thread.
  tdallq.insertTail(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  if (crit_leave(k)) yield* splz(k);
}

/** The message on the target: the thread is its own from here on. */
export function* lwkt_setcpu_remote(k: Context, td: number): Steps {
  const flags = k.words[td + TD.td_flags];
  if ((flags & TDF_RUNNING) !== 0) k.panic(`lwkt_setcpu_remote: ${k.nameOf(td)} still runs`);
  k.words[td + TD.td_gd] = k.cpu.cpuid;
  yield* k.and(td + TD.td_flags, ~TDF_MIGRATING);
  enqueue(k.cpu, td);
}

/** Gives away a thread of this CPU that does not run; the caller then tells the CPU that acquires it. */
export function* lwkt_giveaway(k: Context, td: number): Steps {
  crit_enter(k);
  k.cpu.checkMigration(k);
  if (k.words[td + TD.td_gd] !== k.cpu.cpuid)
    k.panic(`lwkt_giveaway: ${k.nameOf(td)} is not of cpu${k.cpu.cpuid}`);
  yield* sleepRemove(k, td);
  dequeue(k.cpu, td);
  tdallq.remove(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  yield* k.or(td + TD.td_flags, TDF_MIGRATING);
  if (crit_leave(k)) yield* splz(k);
}

/** Takes a thread that another CPU gave away, as soon as it has stopped running there. */
export function* lwkt_acquire(k: Context, td: number): Steps {
  crit_enter(k);
  const busy = TDF_RUNNING | TDF_PREEMPT_LOCK;
  while (((yield* k.load(td + TD.td_flags)) & busy) !== 0) {
    yield* k.untilAny([
      { location: td + TD.td_flags, mask: busy, comparison: EQUAL, value: 0 },
      { location: k.cpu.gd + GD.gd_npoll, mask: -1, comparison: NOT_EQUAL, value: 0 },
    ]);
    if (k.peek(k.cpu.gd + GD.gd_npoll) !== 0) yield* lwkt_process_ipiq(k);
  }
  k.words[td + TD.td_gd] = k.cpu.cpuid;
  yield* k.and(td + TD.td_flags, ~TDF_MIGRATING);
  tdallq.insertTail(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  if (crit_leave(k)) yield* splz(k);
}
