/**
 * Owns sleeping on an ident (sys/kern/kern_synch.c): the interlock that makes a wakeup between the test of a
 * condition and the sleep count, the sleep itself with its timeout and signals. Runs in the thread that
 * sleeps.
 *
 *     test -> tsleep_interlock(ident) -> test again -> tsleep(ident, PINTERLOCKED)      loses no wakeup
 *
 * A sleep drops every token of the thread. Wakeups may be spurious: callers test their condition again.
 */
import { type Context, NOTHING } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { EINTR, ERESTART, EWOULDBLOCK } from './errno.ts';
import { EV_SLEEP } from './event.ts';
import type { Steps } from './registry.ts';
import { dequeue } from './run-queue.ts';
import { schedule } from './schedule.ts';
import { bucketOf, sleepInsert, sleepRemove } from './sleep-queue.ts';
import { lwkt_switch } from './switch.ts';
import {
  TD,
  TDF_SINTR,
  TDF_TIMEOUT,
  TDF_TIMEOUT_RUNNING,
  TDF_TSLEEPQ,
  TDF_TSLEEP_DESCHEDULED,
} from './thread.ts';
import { softclockEnsure, timeoutArm, timeoutCancel } from './timeout.ts';
import { flushDelayedWakeups } from './wakeup.ts';

/** A signal ends the sleep. */
export const PCATCH = 0x0100;
/** The caller has interlocked on this ident already. */
export const PINTERLOCKED = 0x0400;
/** Separates idents of one value that mean different things. */
export const PDOMAIN_MASK = 0xffff0000 | 0;

/** From now on a wakeup of the ident is noticed by the `tsleep` with PINTERLOCKED that follows. */
export function* tsleep_interlock(k: Context, ident: number, flags = 0): Steps {
  if (ident === 0) k.panic('tsleep_interlock: NULL ident');
  crit_enter(k);
  const { td, words } = k;
  yield* sleepRemove(k, td);
  words[td + TD.td_wchan] = ident;
  words[td + TD.td_wdomain] = flags & PDOMAIN_MASK;
  const bucket = bucketOf(k, ident);
  sleepInsert(k, td, bucket);
  // Acquire and release: the test of the condition that follows cannot come before it.
  yield* k.or(k.kernel.sleepMaskOf(bucket) + (k.cpu.cpuid >> 5), 1 << (k.cpu.cpuid & 31));
  if (crit_leave(k)) yield* splz(k);
}

/**
 * Sleeps until a wakeup of the ident: 0, EWOULDBLOCK after `timo` ticks (0: never), EINTR or ERESTART for a
 * signal with PCATCH. With PINTERLOCKED it does not sleep if the wakeup came since the interlock.
 */
export function* tsleep(k: Context, ident: number, flags: number, wmesg: string, timo = 0): Steps<number> {
  if (ident === 0) k.panic(`tsleep: NULL ident (${wmesg})`);
  const { td } = k;
  const catches = (flags & PCATCH) !== 0;
  yield* flushDelayedWakeups(k);
  // Before the last look at whether it has to sleep: this takes time.
  if (k.kernel.usched !== null) yield* k.kernel.usched.release(k);
  crit_enter(k);
  if ((flags & PINTERLOCKED) === 0) yield* tsleep_interlock(k, ident, flags);
  else yield* checkIdent(k, ident);
  const token = k.words[td + TD.td_token];
  // May block, with the interlock in place: a wakeup that comes now is seen below.
  if (token !== 0) yield* k.gettoken(token);
  const policy = k.kernel.signals;
  let signal = 0;
  if (policy !== null) {
    signal = yield* policy.enter(k, td, catches);
    // A stop may have been told to the parent by a wakeup that was put off.
    yield* flushDelayedWakeups(k);
  }
  if (catches) k.words[td + TD.td_flags] |= TDF_SINTR;
  if (catches && policy === null) signal = yield* k.load(td + TD.td_sig);
  const mustSleep = signal === 0 && ((k.words[td + TD.td_flags] & TDF_TSLEEPQ) !== 0 || isForgetful(k));
  if (mustSleep) {
    policy?.asleep(k, td, catches);
    yield* sleep(k, ident, wmesg, timo);
    policy?.awake(k, td);
  }
  const isTimedOut = (k.words[td + TD.td_flags] & TDF_TIMEOUT) !== 0;
  k.words[td + TD.td_flags] &= ~(TDF_TIMEOUT | TDF_SINTR);
  yield* sleepRemove(k, td);
  let error = mustSleep && isTimedOut ? EWOULDBLOCK : 0;
  if (catches && error === 0) {
    if (signal === 0) signal = yield* policy === null ? td_sig(k, td) : policy.leave(k, td);
    if (signal !== 0) error = policy?.restarts(k, td, signal) === true ? ERESTART : EINTR;
  }
  if (token !== 0) yield* k.reltoken(token);
  if (crit_leave(k)) yield* splz(k);
  return error;
}

function* sleep(k: Context, ident: number, wmesg: string, timo: number): Steps {
  const { td, words } = k;
  const { cpuid } = k.cpu;
  if (timo > 0) {
    softclockEnsure(k);
    timeoutArm(k, timo);
  }
  // Waits for tokens have left theirs.
  k.kernel.writeText(td + TD.td_wmesg, wmesg);
  dequeue(k.cpu, td);
  words[td + TD.td_flags] |= TDF_TSLEEP_DESCHEDULED;
  k.cpu.events?.emit(EV_SLEEP, td, ident, timo);
  k.noteBreak(`slept on ${wmesg}`);
  yield* lwkt_switch(k);
  k.words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
  if (k.cpu.cpuid !== cpuid)
    k.panic(`tsleep: ${k.nameOf(td)} slept on cpu${cpuid} and woke on cpu${k.cpu.cpuid}`);
  // The timeout may be running right now, on this very CPU, blocked for a token: it must be over first.
  while ((k.words[td + TD.td_flags] & TDF_TIMEOUT_RUNNING) !== 0) {
    dequeue(k.cpu, td);
    k.words[td + TD.td_flags] |= k.kernel.asSeed['timeout-stat'] ? 0 : TDF_TSLEEP_DESCHEDULED;
    yield* lwkt_switch(k);
    k.words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
  }
  timeoutCancel(k, td);
}

/**
 * Since 2017-10-16: a sleep on another ident in between has moved the interlock. What happened to this ident
 * is then unknown, so the thread does not sleep and its caller looks again.
 */
function checkIdent(k: Context, ident: number): Steps {
  const { words, td } = k;
  if ((words[td + TD.td_flags] & TDF_TSLEEPQ) === 0 || words[td + TD.td_wchan] === ident) return NOTHING;
  return k.kernel.asSeed['tsleep-ident'] ? NOTHING : sleepRemove(k, td);
}

/** Before 2009-07-14 a wakeup that had taken the thread off its queue was not noticed. */
function isForgetful(k: Context): boolean {
  return k.kernel.asSeed['wakeup-interlock'];
}

/** Signals of a machine without processes. */
function* td_sig(k: Context, td: number): Steps<number> {
  return yield* k.load(td + TD.td_sig);
}

/**
 * Ends the sleep of a thread of this CPU if it is one that signals end (setrunnable): the sleeper looks what
 * there is. Nothing happens otherwise, and to a thread that has moved to another CPU.
 */
export function* setrunnable(k: Context, td: number): Steps {
  const { words } = k;
  if (words[td + TD.td_gd] !== k.cpu.cpuid) return;
  crit_enter(k);
  const sleeping = TDF_SINTR | TDF_TSLEEP_DESCHEDULED;
  if ((words[td + TD.td_flags] & sleeping) === sleeping) {
    yield* sleepRemove(k, td);
    k.words[td + TD.td_flags] &= ~TDF_TSLEEP_DESCHEDULED;
    yield* schedule(k, td, 1);
  }
  if (crit_leave(k)) yield* splz(k);
}

/** Whether a thread is asleep, for messages and detectors. */
export function isAsleep(words: Int32Array, td: number): boolean {
  return (words[td + TD.td_flags] & TDF_TSLEEP_DESCHEDULED) !== 0;
}
