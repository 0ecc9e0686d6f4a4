/**
 * Owns critical sections (sys/sys/thread2.h): a count per thread that keeps messages and interrupts of its
 * own CPU away, and nothing else. Runs on the CPU of the thread; the words are owned by it.
 *
 *     td_critcount            0: interrupts come between any two operations
 *     gd_intr_nesting_level   > 0: a hard section, in which nothing may block
 */
import type { Context } from './context.ts';
import { GD, RQF_INTPEND, RQF_IPIQ, RQF_SPLZ_MASK, RQF_TIMER } from './globaldata.ts';
import { FN_INTERRUPTS, FN_PROCESS_IPIQ } from './internal.ts';
import type { Steps } from './registry.ts';
import { TD } from './thread.ts';
import { hardclock } from './timeout.ts';

/** How deep splz may run within itself. */
const NEST_MAXIMUM = 2;

/** Enters a critical section. */
export function crit_enter(k: Context): void {
  if (k.words[k.td + TD.td_critcount]++ === 0) k.cpu.mask();
}

/** Leaves a critical section; when it was the last, what is pending runs first. */
export function* crit_exit(k: Context): Steps {
  if (crit_leave(k)) yield* splz(k);
}

/**
 * The part of `crit_exit` that is no step: true when the caller has to run `splz` (generators in a hot loop
 * are worth avoiding).
 */
export function crit_leave(k: Context): boolean {
  const { words, td, cpu } = k;
  const count = words[td + TD.td_critcount] - 1;
  if (count < 0) k.panic(`crit_exit: td_critcount of ${k.nameOf(td)} would be ${count}`);
  words[td + TD.td_critcount] = count;
  if (count !== 0) return false;
  cpu.latch();
  if ((words[cpu.gd + GD.gd_reqflags] & RQF_SPLZ_MASK) !== 0 && maySplz(k)) return true;
  cpu.unmask();
  return false;
}

/** Leaves a critical section without looking at what is pending (crit_exit_noyield). */
export function crit_exit_noyield(k: Context): void {
  const count = --k.words[k.td + TD.td_critcount];
  if (count < 0) k.panic(`crit_exit: td_critcount of ${k.nameOf(k.td)} would be ${count}`);
  if (count === 0) k.cpu.unmask();
}

/** Enters a section in which nothing may block. */
export function crit_enter_hard(k: Context): void {
  crit_enter(k);
  k.words[k.cpu.gd + GD.gd_intr_nesting_level]++;
}

/** Leaves it. */
export function* crit_exit_hard(k: Context): Steps {
  k.words[k.cpu.gd + GD.gd_intr_nesting_level]--;
  yield* crit_exit(k);
}

/** Whether pending work may run here: not within an interrupt, nor within two runs of it. */
function maySplz(k: Context): boolean {
  const { words, td, cpu } = k;
  return (
    words[cpu.gd + GD.gd_intr_nesting_level] === 0 &&
    words[cpu.gd + GD.gd_processing_ipiq] === 0 &&
    words[td + TD.td_nest_count] < NEST_MAXIMUM
  );
}

/**
 * Runs the pending work of the CPU: messages, then interrupts, until there is none. Entered with td_critcount
 * 0 (and interrupts still masked); leaves them unmasked.
 */
export function* splz(k: Context): Steps {
  const { td } = k;
  k.words[td + TD.td_nest_count]++;
  for (;;) {
    const { words } = k;
    const reqflags = k.cpu.gd + GD.gd_reqflags;
    const pending = words[reqflags] & RQF_SPLZ_MASK;
    if (pending === 0) break;
    words[td + TD.td_critcount]++;
    if ((pending & RQF_IPIQ) !== 0) {
      words[reqflags] &= ~RQF_IPIQ;
      yield* k.call(FN_PROCESS_IPIQ);
    } else if ((pending & RQF_TIMER) !== 0) {
      words[reqflags] &= ~RQF_TIMER;
      hardclock(k.cpu);
    } else {
      words[reqflags] &= ~RQF_INTPEND;
      yield* k.call(FN_INTERRUPTS);
    }
    k.words[td + TD.td_critcount]--;
    k.cpu.latch();
  }
  k.words[td + TD.td_nest_count]--;
  if (k.words[td + TD.td_critcount] === 0) k.cpu.unmask();
}
