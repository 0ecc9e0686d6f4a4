/**
 * Owns the shape of what is built on the kernel core and lives in the same machine (processes, file systems):
 * when a driver asks it to lay out its memory, to attach to it, and to judge it. Types only. Added to the
 * registry of a realm like the functions it runs; the drivers find it there.
 *
 *     boot      once per machine: words of kernel memory      (one realm)
 *     attach    once per realm and memory: objects that know where those words are
 *     reset     before each explored run: what those objects remember of the last one
 *     quiesce   after a run that ended well;  check: after each step, if asked for
 */
import type { FixSwitch } from './history.ts';
import type { Kernel } from './kernel.ts';

export interface Subsystem {
  readonly name: string;
  /** Its own fix switches; `kernel.asSeedIds` says which are given. */
  readonly fixes: readonly FixSwitch[];
  /** What a schedule is bound to besides the kernel's own options, as JSON has it. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * Lays out its kernel memory, at once and exactly once per machine: the idle threads and the thread `main`
   * exist (main is on the run queue of cpu0), no thread has run. It is code of no CPU: it may set owned words
   * of all.
   */
  boot(kernel: Kernel, main: number): void;
  /** The memory of this realm holds the booted machine. */
  attach(kernel: Kernel): void;
  /** A run is about to start from the booted image; explored and lockstep machines only. */
  reset(kernel: Kernel): void;
  /** All threads have ended: what is wrong with what they left, a line each; empty if nothing is. */
  quiesce(kernel: Kernel): readonly string[];
  /** Between two steps of an explored machine: which of its invariants do not hold; empty if all do. */
  check(kernel: Kernel): readonly string[];
}
