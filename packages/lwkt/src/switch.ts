/**
 * Owns the switch (sys/kern/lwkt_thread.c, lwkt_switch): dropping the tokens of the thread that blocks,
 * choosing who runs next, taking all or none of its tokens on its behalf, and what the next thread does for
 * the one that left. Runs in the thread that gives the CPU away, in a critical section; the queues belong to
 * the CPU.
 *
 *     old:  relalltokens -> pick -> switchTo(new) .......................... (later) -> switch_return(prev)
 *     new:                                        switch_return(old) -> runs on
 */
import { NOT_EQUAL } from '@smplab/explore';
import { TOKREF_WORDS, TR_TOK, T_COLLISIONS, T_DESC } from '@smplab/token';
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { EV_SWITCH } from './event.ts';
import { GD, RQF_AST_LWKT_RESCHED, RQF_SPLZ_MASK, RQF_WAKEUP } from './globaldata.ts';
import { FN_SETCPU, FN_WAKEUP_ALL } from './internal.ts';
import { lwkt_send_ipiq } from './ipiq.ts';
import { TDPRI_KERN_LPSCHED } from './priority.ts';
import type { Steps } from './registry.ts';
import { runHead, runNext } from './run-queue.ts';
import {
  TD,
  TDF_EXITING,
  TDF_MIGRATING,
  TDF_MP_EXITSIG,
  TDF_PREEMPT_DONE,
  TDF_PREEMPT_LOCK,
  TDF_RUNNING,
  toksBase,
} from './thread.ts';
import { reltokref, trytokref, trytokref_spin } from './token-ref.ts';

/** Whether the thread wants or holds tokens. */
export function hasTokens(k: Context, td: number): boolean {
  return k.words[td + TD.td_toks_stop] !== toksBase(td);
}

/**
 * Drops every token of the thread, last taken first; the references stay on its stack (lwkt_relalltokens).
 */
export function* lwkt_relalltokens(k: Context, td: number): Steps {
  const { words } = k;
  let ref = words[td + TD.td_toks_have];
  if (ref !== 0) words[td + TD.td_toks_have] = 0;
  else ref = words[td + TD.td_toks_stop];
  for (ref -= TOKREF_WORDS; ref >= toksBase(td); ref -= TOKREF_WORDS) yield* reltokref(k, ref);
}

/**
 * Takes every token a thread wants, or none (lwkt_getalltokens): in the order of its stack, or, once it has
 * been contended for long, in the order of addresses (_sorted), which no two threads can wait for in a
 * circle.
 */
export function* lwkt_getalltokens(k: Context, td: number, sorted: boolean): Steps<boolean> {
  const refs = refsOf(k, td);
  if (sorted) refs.sort((a, b) => k.words[a + TR_TOK] - k.words[b + TR_TOK] || a - b);
  const last = refs.length - 1;
  for (let at = 0; at <= last; at++) {
    const ref = refs[at];
    const taken = at === last ? yield* trytokref_spin(k, td, ref) : yield* trytokref(k, td, ref);
    if (taken) continue;
    while (--at >= 0) yield* reltokref(k, refs[at]);
    const token = k.words[ref + TR_TOK];
    k.words[token + T_COLLISIONS]++;
    for (let word = 0; word < 4; word++) k.words[td + TD.td_wmesg + word] = k.words[token + T_DESC + word];
    return false;
  }
  return true;
}

function refsOf(k: Context, td: number): number[] {
  const refs: number[] = [];
  const stop = k.words[td + TD.td_toks_stop];
  for (let ref = toksBase(td); ref < stop; ref += TOKREF_WORDS) refs.push(ref);
  return refs;
}

/** Gives the CPU to whoever should run; returns when this thread runs again, with all its tokens. */
export function* lwkt_switch(k: Context): Steps {
  const { td, words } = k;
  const { gd } = k.cpu;
  if (words[gd + GD.gd_processing_ipiq] !== 0) {
    k.panic(`lwkt_switch: ${k.nameOf(td)} blocks in a message handler on cpu${k.cpu.cpuid}`);
  }
  if (words[gd + GD.gd_intr_nesting_level] !== 0) {
    const level = words[gd + GD.gd_intr_nesting_level];
    k.panic(`lwkt_switch: ${k.nameOf(td)} blocks in a hard critical section (nesting level ${level})`);
  }
  if (words[gd + GD.gd_spinlocks] !== 0) {
    k.panic(`lwkt_switch: ${k.nameOf(td)} blocks while it holds ${words[gd + GD.gd_spinlocks]} spinlocks`);
  }
  if (words[td + TD.td_cscount] !== 0) {
    k.panic(`lwkt_switch: ${k.nameOf(td)} blocks while it masters ${words[td + TD.td_cscount]} CPU syncs`);
  }
  if ((words[td + TD.td_flags] & TDF_RUNNING) === 0) k.panic(`lwkt_switch: ${k.nameOf(td)} is not running`);
  crit_enter(k);
  if (hasTokens(k, td)) {
    yield* lwkt_relalltokens(k, td);
    if (k.kernel.asSeed['switch-no-splz']) yield* splzInSwitch(k);
  }
  // A thread that ran on top of another gives the CPU back to it, which kept its tokens and goes on.
  let next = words[td + TD.td_preempted];
  if (next !== 0) words[next + TD.td_flags] |= TDF_PREEMPT_DONE;
  else {
    next = pickNow(k);
    if (next === 0) next = yield* pick(k);
    words[next + TD.td_contended] = 0;
  }
  if (next !== td) {
    words[next + TD.td_flags] |= TDF_RUNNING;
    words[gd + GD.gd_cnt_switch]++;
    k.cpu.events?.emit(EV_SWITCH, td, next, 0);
    const old = yield* k.switchTo(next);
    if (!switchReturnNow(k, old)) yield* lwkt_switch_return(k, old);
  }
  if (crit_leave(k)) yield* splz(k);
}

/** The path of before 2016-07-10: messages are processed although the thread has lost its tokens already. */
function* splzInSwitch(k: Context): Steps {
  const { words, td } = k;
  k.cpu.latch();
  if ((words[k.cpu.gd + GD.gd_reqflags] & RQF_SPLZ_MASK) === 0) return;
  const count = words[td + TD.td_critcount];
  words[td + TD.td_critcount] = 0;
  yield* splz(k);
  words[td + TD.td_critcount] = count;
  k.cpu.mask();
}

/**
 * The thread to run if that takes no step: the first of the queue wants no tokens, or there is none. Else 0.
 */
function pickNow(k: Context): number {
  const { words, cpu } = k;
  words[cpu.gd + GD.gd_reqflags] &= ~(RQF_AST_LWKT_RESCHED | RQF_WAKEUP);
  if (cpu.wants.length > 0) cpu.wants.length = 0;
  const head = runHead(k);
  if (head === 0) return words[cpu.gd + GD.gd_idlethread];
  return hasTokens(k, head) ? 0 : head;
}

/** Finds the thread to run, its tokens taken; the idle thread if there is none. */
function* pick(k: Context): Steps<number> {
  const { words, cpu } = k;
  const { spinLoops } = k.kernel.limits;
  const head = runHead(k);
  let upri = -Infinity;
  for (let td = head; td !== 0; td = runNext(k, td)) {
    if (!hasTokens(k, td)) return td;
    // Half as often as it takes until the order of addresses is used, the first thread gets another chance.
    const chances = td === head ? Math.max(1, spinLoops >> 1) : 1;
    for (let chance = 0; chance < chances; chance++) {
      if (yield* lwkt_getalltokens(k, td, isContended(k, td))) return td;
      contend(k, td);
      words[cpu.gd + GD.gd_cnt_lock_colls]++;
      if (chance + 1 < chances) k.pause();
    }
    if (k.kernel.asSeed['contended-unsigned'] && td === head && (yield* overrun(k, td))) return td;
    if (k.kernel.asSeed['switch-fixation']) break;
    const next = runNext(k, td);
    upri = Math.max(upri, words[td + TD.td_upri]);
    if (next !== 0 && words[next + TD.td_pri] < TDPRI_KERN_LPSCHED && words[next + TD.td_upri] < upri) {
      // A thread that runs user code at a lower user priority does not get ahead of those that wait for
      // tokens.
      break;
    }
  }
  return words[cpu.gd + GD.gd_idlethread];
}

/**
 * Before 2016-07-22 the first thread was tried as long as its count was low, which a negative one is: the CPU
 * spins, in a critical section, until it gets the tokens. (Between two tries it waits for the token that was
 * refused.)
 */
function* overrun(k: Context, td: number): Steps<boolean> {
  const { wants } = k.cpu;
  while (k.words[td + TD.td_contended] < k.kernel.limits.spinLoops >> 1) {
    yield* k.until(wants[wants.length - 2], NOT_EQUAL, wants[wants.length - 1]);
    if (yield* lwkt_getalltokens(k, td, false)) return true;
    contend(k, td);
  }
  return false;
}

/** Whether the tokens are now taken in the order of their addresses. */
function isContended(k: Context, td: number): boolean {
  return k.words[td + TD.td_contended] > k.kernel.limits.spinLoops;
}

/** Counts a failed attempt. Before 2016-07-22 the count was signed and could run over. */
function contend(k: Context, td: number): void {
  const { words } = k;
  const count = words[td + TD.td_contended];
  if (k.kernel.asSeed['contended-unsigned']) words[td + TD.td_contended] = count + 1;
  else if (count < 0x7fffffff) words[td + TD.td_contended] = count + 1;
}

/**
 * What a thread that has just got the CPU does for the one that left, if that takes no step: true if it is
 * done. Only the end of a thread and its move are seen by other CPUs.
 */
export function switchReturnNow(k: Context, old: number): boolean {
  const { words } = k;
  const flags = words[old + TD.td_flags];
  const isLocked = (flags & TDF_PREEMPT_LOCK) !== 0;
  if (!isLocked && (words[old + TD.td_migrate_gd] !== 0 || (flags & (TDF_EXITING | TDF_MIGRATING)) !== 0))
    return false;
  words[old + TD.td_flags] = flags & ~TDF_RUNNING;
  return true;
}

/** What a thread that has just got the CPU does for the one that left (lwkt_switch_return). */
export function* lwkt_switch_return(k: Context, old: number): Steps {
  if (switchReturnNow(k, old)) return;
  const { words } = k;
  const flags = words[old + TD.td_flags];
  const target = words[old + TD.td_migrate_gd];
  if (target !== 0) {
    words[old + TD.td_migrate_gd] = 0;
    // Other CPUs wait for this bit of a thread that moves or exits: for those it is a step.
    yield* k.and(old + TD.td_flags, ~TDF_RUNNING);
    yield* lwkt_send_ipiq(k, target - 1, FN_SETCPU, old, 0);
    if (k.kernel.asSeed['exit-snapshot']) yield* stealExit(k, old);
    return;
  }
  const isLast = (flags & TDF_EXITING) !== 0;
  // The thread will never run again: whoever waits for that may go on.
  if (isLast) k.cpu.retire(old);
  yield* k.and(old + TD.td_flags, ~TDF_RUNNING);
  if (isLast) yield* signalExit(k, old);
}

/**
 * Before 2016-07-23 EXITING was looked at only after RUNNING was cleared, of any thread that was switched
 * away: its new CPU may have run it meanwhile and set EXITING, and this one takes the exit for its own.
 */
function* stealExit(k: Context, td: number): Steps {
  if (((yield* k.loadRelaxed(td + TD.td_flags)) & TDF_EXITING) !== 0) yield* signalExit(k, td);
}

function* signalExit(k: Context, td: number): Steps {
  yield* k.or(td + TD.td_mpflags, TDF_MP_EXITSIG);
  yield* k.call(FN_WAKEUP_ALL, td);
}
