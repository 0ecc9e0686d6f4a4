/**
 * Owns making threads runnable and not (sys/kern/lwkt_thread.c): on the own CPU by the run queue, on another
 * by a message; preemption by interrupt threads; giving way. Runs on any CPU; queues are touched by their
 * owner only.
 */
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD, RQF_SPLZ_MASK } from './globaldata.ts';
import { FN_DESCHEDULE, FN_SCHEDULE } from './internal.ts';
import { lwkt_send_ipiq } from './ipiq.ts';
import type { Steps } from './registry.ts';
import { dequeue, enqueue, lwkt_resched_wanted, need_lwkt_resched } from './run-queue.ts';
import { hasTokens, lwkt_switch, lwkt_switch_return } from './switch.ts';
import {
  TD,
  TDF_EXITING,
  TDF_MIGRATING,
  TDF_PREEMPT_DONE,
  TDF_PREEMPT_LOCK,
  TDF_RUNNING,
  TDF_RUNQ,
  TDF_TSLEEPQ,
} from './thread.ts';

/** Makes a thread runnable, wherever it lives. */
export function* lwkt_schedule(k: Context, td: number): Steps {
  checkThread(k, td, 'lwkt_schedule');
  crit_enter(k);
  yield* schedule(k, td, 1);
  if (crit_leave(k)) yield* splz(k);
}

/**
 * The same within a critical section of which the caller entered `critcount` levels: what it must have been
 * before for the thread to be preempted.
 */
export function* schedule(k: Context, td: number, critcount: number): Steps {
  const { words } = k;
  if ((words[td + TD.td_flags] & TDF_MIGRATING) !== 0) k.panic(`lwkt_schedule: ${k.nameOf(td)} is migrating`);
  if ((words[td + TD.td_flags] & TDF_EXITING) !== 0) k.panic(`lwkt_schedule: ${k.nameOf(td)} has exited`);
  const owner = words[td + TD.td_gd];
  if (owner !== k.cpu.cpuid) {
    yield* lwkt_send_ipiq(k, owner, FN_SCHEDULE, td, 0);
    return;
  }
  // Before 2009-07-15 a thread on a sleep queue was taken to be asleep, though it may be interlocked only.
  if (k.kernel.asSeed['schedule-tsleepq'] && (words[td + TD.td_flags] & TDF_TSLEEPQ) !== 0) return;
  enqueue(k.cpu, td);
  if (words[td + TD.td_preemptable] !== 0 && td !== k.td) yield* lwkt_preempt(k, td, critcount);
}

/** The message: the thread may have moved on meanwhile, then the message follows it. */
export function* lwkt_schedule_remote(k: Context, td: number): Steps {
  yield* lwkt_schedule(k, td);
}

/** Takes a thread off its run queue; on another CPU by a message that is not waited for. */
export function* lwkt_deschedule(k: Context, td: number): Steps {
  checkThread(k, td, 'lwkt_deschedule');
  crit_enter(k);
  const owner = k.words[td + TD.td_gd];
  if (owner === k.cpu.cpuid) dequeue(k.cpu, td);
  else yield* lwkt_send_ipiq(k, owner, FN_DESCHEDULE, td, 0);
  if (crit_leave(k)) yield* splz(k);
}

/** Takes the current thread off the run queue; it runs on until it calls `lwkt_switch`. */
export function lwkt_deschedule_self(k: Context): void {
  dequeue(k.cpu, k.td);
}

/** Gives way if somebody better wants the CPU; pending messages run in any case. */
export function* lwkt_yield(k: Context): Steps {
  const { words } = k;
  if (words[k.td + TD.td_critcount] === 0) {
    crit_enter(k);
    if (crit_leave(k)) yield* splz(k);
  }
  if (!lwkt_resched_wanted(k)) return;
  k.noteBreak('gave way');
  crit_enter(k);
  enqueue(k.cpu, k.td);
  yield* lwkt_switch(k);
  if (crit_leave(k)) yield* splz(k);
}

/**
 * Runs an interrupt thread at once on top of the current thread, which keeps its tokens, if nothing forbids
 * it (lwkt_preempt); otherwise only asks for a switch.
 */
export function* lwkt_preempt(k: Context, next: number, critcount: number): Steps {
  const { td, words, cpu } = k;
  if (!mayPreempt(k, next, critcount)) {
    words[cpu.gd + GD.gd_cnt_preempt_miss]++;
    need_lwkt_resched(cpu);
    return;
  }
  words[cpu.gd + GD.gd_cnt_preempt_hit]++;
  words[next + TD.td_preempted] = td;
  words[td + TD.td_flags] |= TDF_PREEMPT_LOCK;
  words[next + TD.td_flags] |= TDF_RUNNING;
  const old = yield* k.switchTo(next);
  yield* lwkt_switch_return(k, old);
  const flags = k.words[td + TD.td_flags];
  if ((flags & TDF_PREEMPT_DONE) === 0) {
    k.panic(`lwkt_preempt: ${k.nameOf(next)} did not give ${k.nameOf(td)} the CPU back`);
  }
  k.words[next + TD.td_preempted] = 0;
  k.words[td + TD.td_contended] = 0;
  k.words[td + TD.td_flags] = (flags & ~(TDF_PREEMPT_LOCK | TDF_PREEMPT_DONE)) | TDF_RUNNING;
}

function mayPreempt(k: Context, next: number, critcount: number): boolean {
  const { td, words, cpu } = k;
  const bothFlags = words[td + TD.td_flags] | words[next + TD.td_flags];
  return (
    words[next + TD.td_pri] > words[td + TD.td_pri] &&
    words[td + TD.td_critcount] <= critcount &&
    words[td + TD.td_cscount] === 0 &&
    words[cpu.gd + GD.gd_spinlocks] === 0 &&
    words[cpu.gd + GD.gd_processing_ipiq] === 0 &&
    words[cpu.gd + GD.gd_intr_nesting_level] === 0 &&
    words[next + TD.td_preempted] === 0 &&
    !hasTokens(k, next) &&
    (bothFlags & TDF_PREEMPT_LOCK) === 0 &&
    (words[next + TD.td_flags] & TDF_RUNQ) !== 0
  );
}

/** Sets the priority of a thread of this CPU and moves it to its place. */
export function lwkt_setpri(k: Context, td: number, pri: number): void {
  const { words } = k;
  if (words[td + TD.td_pri] === pri) return;
  const queued = (words[td + TD.td_flags] & TDF_RUNQ) !== 0;
  if (queued) dequeue(k.cpu, td);
  words[td + TD.td_pri] = pri;
  if (queued) enqueue(k.cpu, td);
}

/** Whether anything is pending that a last `crit_exit` would run. */
export function isSplzPending(k: Context): boolean {
  return (k.words[k.cpu.gd + GD.gd_reqflags] & RQF_SPLZ_MASK) !== 0;
}

/** Panics for what is no thread. */
export function checkThread(k: Context, td: number, what: string): void {
  if (td <= 0 || td >= k.words.length) k.misuse('null-dereference', `${what}: ${String(td)} is no thread`);
}
