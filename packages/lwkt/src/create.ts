/**
 * Owns the life of a thread (sys/kern/lwkt_thread.c): making it, its first and last moments, and the
 * references that keep it in memory. A thread is a block of kernel memory; which registered function it runs,
 * and with which words, stands in it, so any CPU can start it.
 *
 *     lwkt_create -> (message to its CPU) -> on gd_tdallq, runnable -> lwkt_exit -> off gd_tdallq, EXITSIG
 */
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { EV_THREAD_CREATED, EV_THREAD_EXITED } from './event.ts';
import { GD } from './globaldata.ts';
import { FN_CREATE } from './internal.ts';
import { checkFunction, lwkt_send_ipiq } from './ipiq.ts';
import { TDPRI_KERN_DAEMON, TDPRI_MAX } from './priority.ts';
import type { Steps } from './registry.ts';
import { dequeue, type Td, tdallq } from './run-queue.ts';
import { schedule } from './schedule.ts';
import { sleepRemove } from './sleep-queue.ts';
import { lwkt_switch, lwkt_switch_return, switchReturnNow } from './switch.ts';
import { TD, TDF_EXITING, TDF_MP_EXITSIG, TDF_NOSTART, TDF_RUNNING, Thread, toksBase } from './thread.ts';
import { type CreateOptions, lwkt_init_thread, M_THREAD } from './thread-init.ts';
import { tsleep, tsleep_interlock, PINTERLOCKED } from './tsleep.ts';

/** Makes a thread that runs a registered function, and starts it; gives the thread. */
export function* lwkt_create(k: Context, func: number, options: CreateOptions = {}): Steps<number> {
  const cpuid = options.cpu ?? k.cpu.cpuid;
  check(k, func, cpuid, options);
  const td = yield* k.allocate(M_THREAD.name, Thread.size, true);
  if (td === 0) k.panic('lwkt_create: out of kernel memory for a thread');
  lwkt_init_thread(k.kernel, td, cpuid, func, options);
  if (options.nostart === true) k.words[td + TD.td_flags] |= TDF_NOSTART;
  k.cpu.events?.emit(EV_THREAD_CREATED, td, func, cpuid);
  // DragonFly sends two messages, one to enter the thread in the list of its CPU and one to start it; the
  // second always follows the first, so here one does both.
  yield* lwkt_send_ipiq(k, cpuid, FN_CREATE, td, 0);
  return td;
}

/** On the CPU of the new thread: it enters the list and, unless told otherwise, the run queue. */
export function* lwkt_init_thread_remote(k: Context, td: number): Steps {
  crit_enter(k);
  tdallq.insertTail(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  if ((k.words[td + TD.td_flags] & TDF_NOSTART) === 0) yield* schedule(k, td, 1);
  if (crit_leave(k)) yield* splz(k);
}

function check(k: Context, func: number, cpuid: number, options: CreateOptions): void {
  const { pri = TDPRI_KERN_DAEMON, args = [] } = options;
  checkFunction(k, func);
  if (!k.kernel.hasCpu(cpuid)) {
    k.panic(
      `lwkt_create: there is no cpu${String(cpuid)} (this machine has cpu0 to cpu${k.kernel.ncpus - 1})`,
    );
  }
  if (k.kernel.registry.find(func) === undefined) k.panic(`lwkt_create: function ${func} is not registered`);
  if (!Number.isInteger(pri) || pri < 0 || pri > TDPRI_MAX) {
    k.panic(`lwkt_create: priority ${String(pri)}: a whole number from 0 to ${TDPRI_MAX} is needed`);
  }
  if (args.length > 4) k.panic(`lwkt_create: ${args.length} arguments, a thread takes at most 4`);
  for (const arg of args) {
    if ((arg | 0) !== arg) {
      k.panic(
        `lwkt_create: argument ${typeof arg === 'number' ? arg : typeof arg}: arguments are int32 words`,
      );
    }
  }
}

/** The whole life of a thread from its first switch on. */
export function* threadMain(k: Context, previous: number): Steps {
  const entry = threadEntry(k, previous);
  if (entry !== null) yield* entry;
  yield* threadEnd(k, yield* threadBody(k));
}

/**
 * What a thread does before its own code: for the thread that left, and for what is pending. Null: it is
 * done.
 */
export function threadEntry(k: Context, previous: number): Steps | null {
  if (previous !== 0 && !switchReturnNow(k, previous)) return enterAfter(k, previous);
  return crit_leave(k) ? splz(k) : null;
}

function* enterAfter(k: Context, previous: number): Steps {
  yield* lwkt_switch_return(k, previous);
  if (crit_leave(k)) yield* splz(k);
}

/** Its own code: the registered function with its words. */
export function threadBody(k: Context): Steps<unknown> {
  const { words, td } = k;
  const args = td + TD.td_args;
  return k.call(words[td + TD.td_func], words[args], words[args + 1], words[args + 2], words[args + 3]);
}

/** What follows when its code returns. */
export function threadEnd(k: Context, result: unknown): Steps<never> {
  return lwkt_exit(k, typeof result === 'number' ? result | 0 : 0);
}

/** Ends the current thread: it runs no further. */
export function* lwkt_exit(k: Context, result = 0): Steps<never> {
  const { td } = k;
  checkNothingHeld(k);
  k.words[td + TD.td_result] = result;
  // Whoever looks at the thread right now keeps it here.
  while ((yield* k.load(td + TD.td_refs)) !== 0) yield* tsleep(k, td + TD.td_refs, 0, 'tdreap', 1);
  if (k.kernel.usched !== null) yield* k.kernel.usched.exit(k);
  crit_enter(k);
  // It may have interlocked and then found that it need not sleep.
  yield* sleepRemove(k, td);
  dequeue(k.cpu, td);
  tdallq.remove(k.kernel.memory, (k.cpu.gd + GD.gd_tdallq) as never, td as Td);
  k.words[td + TD.td_flags] |= TDF_EXITING;
  k.cpu.events?.emit(EV_THREAD_EXITED, td, result, 0);
  yield* lwkt_switch(k);
  return k.panic(`lwkt_exit: ${k.nameOf(td)} runs although it has exited`);
}

function checkNothingHeld(k: Context): void {
  const { words, td } = k;
  if (words[td + TD.td_toks_stop] !== toksBase(td)) {
    k.misuse('token-misuse', `lwkt_exit: ${k.nameOf(td)} ends with tokens held`);
  }
  // Before the critical section that comes with it.
  if (words[k.cpu.gd + GD.gd_spinlocks] !== 0) {
    k.misuse('lock-misuse', `lwkt_exit: ${k.nameOf(td)} ends with a spinlock held`);
  }
  if (words[td + TD.td_critcount] !== 0) {
    k.panic(`lwkt_exit: ${k.nameOf(td)} ends in ${words[td + TD.td_critcount]} critical sections`);
  }
}

/** Keeps a thread in memory; it can still migrate. */
export function* lwkt_hold(k: Context, td: number): Steps {
  yield* k.fetchadd(td + TD.td_refs, 1);
}

/** Gives that back. */
export function* lwkt_rele(k: Context, td: number): Steps {
  const before = yield* k.fetchadd(td + TD.td_refs, -1);
  if (before <= 0) k.panic(`lwkt_rele: td_refs of ${k.nameOf(td)} was ${before}`);
}

/** Waits until a thread has made its last switch; gives its result. The thread stays in memory. */
export function* lwkt_join(k: Context, td: number): Steps<number> {
  for (;;) {
    if (((yield* k.load(td + TD.td_mpflags)) & TDF_MP_EXITSIG) !== 0) break;
    yield* tsleep_interlock(k, td, 0);
    if (((yield* k.load(td + TD.td_mpflags)) & TDF_MP_EXITSIG) !== 0) break;
    yield* tsleep(k, td, PINTERLOCKED, 'tdjoin', 0);
  }
  return k.words[td + TD.td_result];
}

/** Frees the memory of a thread that has made its last switch (lwkt_free_thread). */
export function* lwkt_free_thread(k: Context, td: number): Steps {
  const flags = k.words[td + TD.td_flags];
  if ((flags & (TDF_RUNNING | TDF_EXITING)) !== TDF_EXITING) {
    k.panic(`lwkt_free_thread: ${k.nameOf(td)} has not exited (td_flags ${flags})`);
  }
  const refs = k.peek(td + TD.td_refs);
  if (refs !== 0) k.panic(`lwkt_free_thread: ${k.nameOf(td)} has ${refs} references`);
  yield* k.free(M_THREAD.name, td);
}
