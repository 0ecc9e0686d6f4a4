/**
 * Owns schedule shrinking: the fewest preemptions, then context switches, then strand changes, then steps,
 * that still give the same verdict at the same place. Blocks of steps are merged, postponed, swapped and
 * dropped; then the runs with fewer preemptions than are left are searched (so that a failure that needs none
 * is shown without one). Deterministic: its budget is counted in runs and steps.
 */
import type { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import type { Strategy } from '../engine/strategy.ts';
import { DepthFirst } from '../strategies/depth-first.ts';
import { blocksOf, drop, merge, postpone, prolong, type Rearrangement, sequenceOf, swap } from './block.ts';
import { Guided } from './guided.ts';
import { SwitchCounter } from './switch-counter.ts';

/** What shrinking may spend. */
const MAXIMUM_RUNS = 6000;
const MAXIMUM_STEPS = 3_000_000;
/** Bounds on preemptions that are searched, and runs of each search. */
const BOUNDS = 3;
const BOUNDED_RUNS = 600;

/** A run that still fails: how to make it again and what it costs a reader. */
export interface Shrunk {
  readonly decisions: Int32Array;
  readonly sequence: readonly number[];
  readonly choices: ReadonlyMap<number, readonly number[]>;
  readonly preemptions: number;
  readonly contextSwitches: number;
  readonly changes: number;
  readonly steps: number;
}

/** Whether the run that has just ended shows the failure that is being shrunk. */
export type SameFailure = (execution: Execution) => boolean;

class ChoiceCounter extends SwitchCounter {
  readonly choices = new Map<number, number[]>();

  onChoose(strand: { index: number }, value: number): void {
    const values = this.choices.get(strand.index);
    if (values === undefined) this.choices.set(strand.index, [value]);
    else values.push(value);
  }
}

export class Shrinker {
  #runs = 0;
  #steps = 0;

  constructor(
    readonly execution: Execution,
    readonly program: Program,
    readonly isSame: SameFailure,
  ) {}

  /** Runs the strategy once; the run's measures if it shows the failure, else null. */
  measure(strategy: Strategy): Shrunk | null {
    const { execution } = this;
    const counter = new ChoiceCounter(execution);
    execution.observer = counter;
    execution.execute(this.program, strategy);
    execution.observer = null;
    this.#runs++;
    this.#steps += execution.steps;
    if (!this.isSame(execution)) return null;
    const { sequence, choices, preemptions, contextSwitches, changes } = counter;
    const decisions = execution.recorder.takeDecisions();
    return { decisions, sequence, choices, preemptions, contextSwitches, changes, steps: execution.steps };
  }

  /** The best run that could be found, starting from one that fails. */
  shrink(start: Shrunk): Shrunk {
    const merged = this.#improveFully(start);
    const bounded = this.#searchBounds(merged);
    return bounded === merged ? merged : this.#improveFully(bounded);
  }

  /**
   * Rearranges until a whole round brings nothing: first large parts are left out, then blocks moved one by
   * one.
   */
  #improveFully(start: Shrunk): Shrunk {
    let best = start;
    for (let count = best.changes >> 1; count > 1; count >>= 1) best = this.#pass(best, drop(count));
    for (;;) {
      const before = best;
      for (const rearrange of [merge, postpone, prolong, drop(1), swap]) best = this.#pass(best, rearrange);
      if (best === before) return best;
    }
  }

  /** Tries one way to rearrange at every position, going on with what is better. */
  #pass(start: Shrunk, rearrange: Rearrangement): Shrunk {
    let best = start;
    let blocks = blocksOf(best.sequence);
    for (let position = 0; position < blocks.length && !this.#isSpent;) {
      const changed = rearrange(blocks, position);
      const better = changed === null ? null : this.#better(best, sequenceOf(changed));
      if (better === null) {
        position++;
      } else {
        best = better;
        blocks = blocksOf(best.sequence);
      }
    }
    return best;
  }

  /** The run of a sequence if it is better than the best so far. */
  #better(best: Shrunk, sequence: readonly number[]): Shrunk | null {
    const guided = new Guided(sequence, best.choices);
    guided.begin();
    const found = this.measure(guided);
    return found !== null && isBetter(found, best) ? found : null;
  }

  get #isSpent(): boolean {
    return this.#runs >= MAXIMUM_RUNS || this.#steps >= MAXIMUM_STEPS;
  }

  /** Looks for the failure with fewer preemptions than it has, from none upwards. */
  #searchBounds(start: Shrunk): Shrunk {
    for (let bound = 0; bound < Math.min(start.preemptions, BOUNDS); bound++) {
      const search = new DepthFirst(bound);
      for (let run = 0; run < BOUNDED_RUNS && !this.#isSpent && search.begin(); run++) {
        const found = this.measure(search);
        if (found !== null) return isBetter(found, start) ? found : start;
      }
    }
    return start;
  }
}

function isBetter(a: Shrunk, b: Shrunk): boolean {
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions;
  if (a.contextSwitches !== b.contextSwitches) return a.contextSwitches < b.contextSwitches;
  if (a.changes !== b.changes) return a.changes < b.changes;
  return a.steps < b.steps;
}
