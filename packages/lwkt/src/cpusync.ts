/**
 * Owns CPU synchronisation (sys/kern/lwkt_ipiq.c, lwkt_cpusync_*): one thread, the master, makes other
 * CPUs stand still, does what must not be seen half done, and lets each run a function before it goes on.
 *
 *     master                        target
 *     interlock: message ---------> remote1: cs_mack |= me; on gd_cpusyncq
 *       until cs_mack = mask        remote2: stays in its message handler, serving messages
 *     ... targets run nothing ...
 *     deinterlock: cs_mack = 0 ---> cs_func(cs_data), cs_mack |= me, goes on
 *       until cs_mack = mask
 *
 * From interlock to deinterlock the master is in a critical section and must not switch (td_cscount). It
 * serves its messages while it waits and then acknowledges other masters without standing still for them,
 * or two masters would wait for each other for ever: CPUs that master syncs against each other at once
 * both go on. A master stands still for the others when its own last sync is over.
 */
import { type Condition, EQUAL, NOT_EQUAL } from '@smplab/explore';
import { array, atomic, int32, struct } from '@smplab/kmem';
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD, MASK_WORDS, MAXCPU } from './globaldata.ts';
import { FN_CPUSYNC_REMOTE1 } from './internal.ts';
import { lwkt_process_ipiq, lwkt_send_ipiq } from './ipiq.ts';
import type { Steps } from './registry.ts';
import { TD } from './thread.ts';

export const Cpusync = struct('cpusync', {
  /** CPUs that take part; of the master's own bit only cs_func takes notice. */
  cs_mask: array(int32, MASK_WORDS),
  /** CPUs, without the master, that have acknowledged the current half. */
  cs_mack: array(atomic(int32), MASK_WORDS),
  /** Number of the registered function that every CPU runs; 0 for none. */
  cs_func: int32,
  cs_data: int32,
});

const { cs_mask: MASK, cs_mack: MACK, cs_func: FUNC, cs_data: DATA } = Cpusync.offsets;

/** Prepares a sync of the CPUs in the mask (`high`: from 32 on); those the machine lacks are left out. */
export function lwkt_cpusync_init(
  k: Context,
  cs: number,
  mask: number,
  func: number,
  data: number,
  high = 0,
): void {
  const { words } = k;
  words[cs + MASK] = mask;
  words[cs + MASK + 1] = high;
  words[cs + MACK] = 0;
  words[cs + MACK + 1] = 0;
  words[cs + FUNC] = func;
  words[cs + DATA] = data;
}

/** Returns when every target stands still; the caller is in a critical section from here on. */
export function* lwkt_cpusync_interlock(k: Context, cs: number): Steps {
  crit_enter(k);
  const targets = othersOf(k, cs);
  if (targets.every((word) => word === 0)) return;
  k.words[k.td + TD.td_cscount]++;
  for (let cpuid = 0; cpuid < k.kernel.ncpus; cpuid++) {
    if ((targets[cpuid >> 5] & bitOf(cpuid)) === 0) continue;
    yield* lwkt_send_ipiq(k, cpuid, FN_CPUSYNC_REMOTE1, cs, 0);
  }
  yield* acknowledged(k, cs, targets);
}

/** Lets the targets run cs_func and go on; returns when all have run it, and leaves the critical section. */
export function* lwkt_cpusync_deinterlock(k: Context, cs: number): Steps {
  const targets = [k.peek(cs + MACK), k.peek(cs + MACK + 1)];
  for (let word = 0; word < MASK_WORDS; word++) {
    if (targets[word] !== 0) yield* k.store(cs + MACK + word, 0);
  }
  const own = k.words[cs + MASK + (k.cpu.cpuid >> 5)] & bitOf(k.cpu.cpuid);
  if (own !== 0) yield* runFunction(k, cs);
  if (targets.some((word) => word !== 0)) {
    yield* acknowledged(k, cs, targets);
    const left = --k.words[k.td + TD.td_cscount];
    k.assert(left >= 0, `lwkt_cpusync_deinterlock: ${k.nameOf(k.td)} has not interlocked`);
    // Syncs of others that came meanwhile: now this CPU stands still for them as well.
    yield* lwkt_process_ipiq(k);
  }
  if (crit_leave(k)) yield* splz(k);
}

/** Runs a registered function on every CPU of the mask, with all of them standing still in between. */
export function* lwkt_cpusync_simple(k: Context, mask: number, func: number, data: number, high = 0): Steps {
  const cs = yield* k.allocate('cpusync', Cpusync.size, true);
  if (cs === 0) k.panic('lwkt_cpusync_simple: out of kernel memory');
  lwkt_cpusync_init(k, cs, mask, func, data, high);
  yield* lwkt_cpusync_interlock(k, cs);
  yield* lwkt_cpusync_deinterlock(k, cs);
  yield* k.free('cpusync', cs);
}

/** The message: this CPU takes part. It stands still before the handler of messages returns. */
export function* lwkt_cpusync_remote1(k: Context, cs: number): Steps {
  const { words } = k;
  const { gd } = k.cpu;
  const held = words[gd + GD.gd_cpusyncs];
  k.assert(held < MAXCPU, `lwkt_cpusync_remote1: ${held} syncs hold cpu${k.cpu.cpuid}, no more fit`);
  words[gd + GD.gd_cpusyncq + held] = cs;
  words[gd + GD.gd_cpusyncs] = held + 1;
  yield* k.or(mackOf(k, cs), bitOf(k.cpu.cpuid));
}

/**
 * Runs the functions of the syncs that are over and, unless this thread is a master itself, stands still for
 * those that are not. True if the caller has to look for messages again, and then come back.
 */
export function* lwkt_cpusync_remote2(k: Context): Steps<boolean> {
  const { gd, cpuid } = k.cpu;
  for (let at = 0; at < k.words[gd + GD.gd_cpusyncs];) {
    const cs = k.words[gd + GD.gd_cpusyncq + at];
    if (((yield* k.load(mackOf(k, cs))) & bitOf(cpuid)) !== 0) {
      at++;
      continue;
    }
    forget(k, at);
    yield* runFunction(k, cs);
    // The master may go on, and the words of the sync may be gone, after this step.
    yield* k.or(mackOf(k, cs), bitOf(cpuid));
    // The function may have sent messages, and so served some.
    at = 0;
  }
  if (k.words[gd + GD.gd_cpusyncs] === 0 || k.words[k.td + TD.td_cscount] !== 0) return false;
  yield* k.untilAny(arrivals(k));
  return true;
}

/** Takes an entry out of gd_cpusyncq. */
function forget(k: Context, at: number): void {
  const { words } = k;
  const queue = k.cpu.gd + GD.gd_cpusyncq;
  const left = --words[k.cpu.gd + GD.gd_cpusyncs];
  words.copyWithin(queue + at, queue + at + 1, queue + left + 1);
}

function* runFunction(k: Context, cs: number): Steps {
  const func = k.words[cs + FUNC];
  if (func !== 0) yield* k.call(func, k.words[cs + DATA]);
}

/** Waits until exactly the targets have acknowledged; messages are served meanwhile. */
function* acknowledged(k: Context, cs: number, targets: readonly number[]): Steps {
  for (let word = 0; word < MASK_WORDS; word++) {
    if (targets[word] === 0) continue;
    const location = cs + MACK + word;
    while ((yield* k.load(location)) !== targets[word]) {
      yield* k.untilAny([{ location, mask: -1, comparison: EQUAL, value: targets[word] }, ...arrivals(k)]);
      yield* lwkt_process_ipiq(k);
    }
  }
}

/** When there is something to do for a CPU that waits: a message, or the end of a sync it takes part in. */
function arrivals(k: Context): Condition[] {
  const { gd, cpuid } = k.cpu;
  const conditions: Condition[] = [{ location: gd + GD.gd_npoll, mask: -1, comparison: NOT_EQUAL, value: 0 }];
  for (let at = 0; at < k.words[gd + GD.gd_cpusyncs]; at++) {
    const location = mackOf(k, k.words[gd + GD.gd_cpusyncq + at]);
    conditions.push({ location, mask: bitOf(cpuid), comparison: EQUAL, value: 0 });
  }
  return conditions;
}

/** The words of cs_mask without this CPU and those the machine lacks. */
function othersOf(k: Context, cs: number): number[] {
  const { ncpus } = k.kernel;
  const words: number[] = [];
  for (let word = 0; word < MASK_WORDS; word++) {
    let existing = 0;
    for (let cpuid = word * 32; cpuid < Math.min(ncpus, word * 32 + 32); cpuid++) {
      if (cpuid !== k.cpu.cpuid) existing |= bitOf(cpuid);
    }
    words.push(k.words[cs + MASK + word] & existing);
  }
  return words;
}

function mackOf(k: Context, cs: number): number {
  return cs + MACK + (k.cpu.cpuid >> 5);
}

function bitOf(cpuid: number): number {
  return 1 << (cpuid & 31);
}
