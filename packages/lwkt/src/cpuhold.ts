/**
 * Owns holding CPUs: a thread makes all other CPUs run nothing for a while, and cannot stop the machine
 * by that. (lwkt_cpusync makes them stand still too, but its master must not block.) On each other CPU
 * a thread of the highest priority occupies it; messages are served, nobody else runs. It lets go when it is
 * told to or, in case the master waits for somebody it keeps from running, when its ticks are over: then the
 * hold has not lasted, and the master is told so.
 *
 *     master                         holder, one on each other CPU
 *     hold: create ----------------> ch_held + 1, wakes the master
 *       sleeps until ch_held = all   waits for ch_released, or its last tick: ch_broken + 1
 *     ... reads what must not change ...
 *     release: ch_broken = 0? ch_released = 1, joins the holders
 *
 * The master keeps its own CPU for itself as well: its priority is the highest meanwhile, and if it has given
 * the CPU away in between, because it had to wait, the hold has not lasted either.
 */
import { NOT_EQUAL } from '@smplab/explore';
import { array, atomic, int32, pointer, struct } from '@smplab/kmem';
import type { Context } from './context.ts';
import { lwkt_create, lwkt_free_thread, lwkt_join } from './create.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD, MAXCPU } from './globaldata.ts';
import { FN_HOLDER } from './internal.ts';
import { KERN } from './kern.ts';
import { TDPRI_INT_SUPPORT, TDPRI_MAX } from './priority.ts';
import type { Steps } from './registry.ts';
import { lwkt_setpri } from './schedule.ts';
import { TD } from './thread.ts';
import { softclockEnsure, timeoutArm, timeoutCancel } from './timeout.ts';
import { PINTERLOCKED, tsleep, tsleep_interlock } from './tsleep.ts';
import { wakeup } from './wakeup.ts';

export const Cpuhold = struct('cpuhold', {
  /** Ticks after which a holder lets go by itself. */
  ch_ticks: int32,
  /** Holders that occupy their CPU, that have let go by themselves; 1: all are to let go. */
  ch_held: atomic(int32),
  ch_broken: atomic(int32),
  ch_released: atomic(int32),
  /** The master's own: priority it had, switches of its CPU when the hold began, holders by CPU. */
  ch_pri: int32,
  ch_switches: int32,
  ch_holders: array(pointer('thread'), MAXCPU),
});

const { ch_ticks: TICKS, ch_held: HELD, ch_broken: BROKEN, ch_released: RELEASED } = Cpuhold.offsets;
const { ch_pri: PRI, ch_switches: SWITCHES, ch_holders: HOLDERS } = Cpuhold.offsets;

/** Holds the other CPUs for at most so many ticks; `ch`: a zeroed block. Sleeps until all are held. */
export function* lwkt_hold_cpus(k: Context, ch: number, ticks: number): Steps {
  const { words, kernel } = k;
  words[ch + TICKS] = Math.max(1, ticks);
  words[ch + HELD] = 0;
  words[ch + BROKEN] = 0;
  words[ch + RELEASED] = 0;
  for (let cpu = 0; cpu < kernel.ncpus; cpu++) {
    if (cpu === k.cpu.cpuid) continue;
    // Not of an interrupt's priority: it waits its turn, until who runs has given its tokens back.
    const options = { cpu, pri: TDPRI_INT_SUPPORT, args: [ch], name: 'holder', isSystem: true };
    words[ch + HOLDERS + cpu] = yield* lwkt_create(k, FN_HOLDER, options);
  }
  while ((yield* k.load(ch + HELD)) !== kernel.ncpus - 1) {
    yield* tsleep_interlock(k, ch);
    if ((yield* k.load(ch + HELD)) !== kernel.ncpus - 1) yield* tsleep(k, ch, PINTERLOCKED, 'cpuhold', 0);
  }
  words[ch + PRI] = words[k.td + TD.td_pri];
  lwkt_setpri(k, k.td, TDPRI_MAX);
  words[ch + SWITCHES] = words[k.cpu.gd + GD.gd_cnt_switch];
}

/** Lets the CPUs go; true if nobody else has run on any of them since `lwkt_hold_cpus` returned. */
export function* lwkt_release_cpus(k: Context, ch: number): Steps<boolean> {
  const { words, kernel } = k;
  const hasKept = words[k.cpu.gd + GD.gd_cnt_switch] === words[ch + SWITCHES];
  const broken = yield* k.load(ch + BROKEN);
  lwkt_setpri(k, k.td, words[ch + PRI]);
  yield* k.store(ch + RELEASED, 1);
  for (let cpu = 0; cpu < kernel.ncpus; cpu++) {
    const td = words[ch + HOLDERS + cpu];
    if (td === 0) continue;
    yield* lwkt_join(k, td);
    yield* lwkt_free_thread(k, td);
    words[ch + HOLDERS + cpu] = 0;
  }
  return hasKept && broken === 0;
}

/** The body of a holder. */
export function* lwkt_holder(k: Context, ch: number): Steps {
  const { words, kernel } = k;
  // Started by now: interrupts no longer go before it.
  lwkt_setpri(k, k.td, TDPRI_MAX);
  softclockEnsure(k);
  crit_enter(k);
  timeoutArm(k, words[ch + TICKS]);
  const deadline = words[k.td + TD.td_deadline];
  if (crit_leave(k)) yield* splz(k);
  yield* k.fetchadd(ch + HELD, 1);
  yield* wakeup(k, ch);
  const ticks = kernel.kern + KERN.k_ticks;
  while ((yield* k.load(ch + RELEASED)) === 0) {
    const now = yield* k.load(ticks);
    if (now - deadline >= 0) {
      // Before anybody else can run here.
      yield* k.fetchadd(ch + BROKEN, 1);
      break;
    }
    yield* k.untilAny([
      { location: ch + RELEASED, mask: -1, comparison: NOT_EQUAL, value: 0 },
      { location: ticks, mask: -1, comparison: NOT_EQUAL, value: now },
    ]);
  }
  crit_enter(k);
  timeoutCancel(k, k.td);
  if (crit_leave(k)) yield* splz(k);
}
