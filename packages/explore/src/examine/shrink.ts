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

  #improveFully(start: Shrunk): Shrunk {
    let best = start;
    for (;;) {
      const better = this.#improve(best);
      if (better === null) return best;
      best = better;
    }
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

  /** The first change of the sequence that gives a better run. */
  #improve(best: Shrunk): Shrunk | null {
    for (const sequence of changes(best.sequence)) {
      if (this.#isSpent) return null;
      const guided = new Guided(sequence, best.choices);
      guided.begin();
      const found = this.measure(guided);
      if (found !== null && isBetter(found, best)) return found;
    }
    return null;
  }
}

function isBetter(a: Shrunk, b: Shrunk): boolean {
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions;
  if (a.contextSwitches !== b.contextSwitches) return a.contextSwitches < b.contextSwitches;
  if (a.changes !== b.changes) return a.changes < b.changes;
  return a.steps < b.steps;
}

/** Maximal runs of one strand, as [strand, length]. */
function blocksOf(sequence: readonly number[]): [number, number][] {
  const blocks: [number, number][] = [];
  for (const strand of sequence) {
    const last = blocks.at(-1);
    if (last?.[0] === strand) last[1]++;
    else blocks.push([strand, 1]);
  }
  return blocks;
}

function unblock(blocks: readonly (readonly [number, number])[]): number[] {
  return blocks.flatMap(([strand, length]) => new Array<number>(length).fill(strand));
}

/** Steps a prolonged block is offered; it takes what it can until it waits. */
const PROLONGED = 500;

/**
 * Sequences with one block moved to its strand's next one, prolonged, swapped with its neighbour, or dropped.
 */
function* changes(sequence: readonly number[]): Generator<number[]> {
  const blocks = blocksOf(sequence);
  for (let i = 0; i < blocks.length; i++) {
    const twin = blocks.findIndex((block, j) => j > i && block[0] === blocks[i][0]);
    if (twin > i + 1) {
      yield unblock([...blocks.slice(0, i + 1), blocks[twin], ...without(blocks.slice(i + 1), twin - i - 1)]);
      yield unblock([...blocks.slice(0, i), ...blocks.slice(i + 1, twin), blocks[i], ...blocks.slice(twin)]);
    }
  }
  for (let i = 0; i + 1 < blocks.length; i++) {
    yield unblock([...blocks.slice(0, i), [blocks[i][0], PROLONGED], ...blocks.slice(i + 1)]);
  }
  for (let i = 0; i + 1 < blocks.length; i++) {
    yield unblock([...blocks.slice(0, i), blocks[i + 1], blocks[i], ...blocks.slice(i + 2)]);
  }
  for (let i = blocks.length - 1; i >= 0; i--) yield unblock(without(blocks, i));
}

function without<T>(items: readonly T[], position: number): T[] {
  return items.filter((_, i) => i !== position);
}
