/**
 * Owns PCT, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010):
 * random strand priorities and depth - 1 random points at which the strand about to run is demoted. A
 * yielding strand is demoted too, and a run that has become far longer than the profile goes on fairly, so
 * that spin loops end.
 */
import { type Execution, MAXIMUM_STRANDS } from '../engine/execution.ts';
import { Random } from '../engine/random.ts';
import type { Strategy } from '../engine/strategy.ts';
import { YIELD } from '../objects/hint.ts';

const UNSEEN = -Infinity;
/** A run of this many times the profiled decisions (and at least this many) is fair from there on. */
const FAIR_AFTER_FACTOR = 8;
const FAIR_AFTER_LEAST = 500;

export class PriorityChange implements Strategy {
  readonly name = 'pct';
  readonly #random = new Random();
  readonly #priorities = new Float64Array(MAXIMUM_STRANDS).fill(UNSEEN);
  readonly #changePoints: Float64Array;
  #decision = 0;
  #lowest = 0;
  #fairAfter: number;

  /**
   * `depth`: the number of ordering constraints a bug needs (its depth) that is aimed at; `decisions`:
   * profiled length.
   */
  constructor(
    readonly seed: number,
    readonly depth: number,
    readonly decisions: number,
  ) {
    this.#changePoints = new Float64Array(Math.max(0, depth - 1));
    this.#fairAfter = Math.max(FAIR_AFTER_LEAST, decisions * FAIR_AFTER_FACTOR);
  }

  begin(index: number): boolean {
    const random = this.#random;
    random.reseed(this.seed, index);
    this.#priorities.fill(UNSEEN);
    for (let i = 0; i < this.#changePoints.length; i++) {
      this.#changePoints[i] = 1 + random.below(Math.max(1, this.decisions));
    }
    this.#decision = 0;
    this.#lowest = 0;
    return true;
  }

  pick(execution: Execution): number {
    const decision = ++this.#decision;
    if (decision > this.#fairAfter) return this.#random.below(execution.enabledCount);
    let best = this.#highest(execution);
    const points = this.#changePoints;
    for (let i = 0; i < points.length; i++) {
      if (points[i] === decision) {
        this.#priorities[execution.enabled[best].index] = i;
        best = this.#highest(execution);
      }
    }
    const chosen = execution.enabled[best];
    if (chosen.pending?.kind === YIELD) this.#priorities[chosen.index] = --this.#lowest;
    return best;
  }

  choose(count: number): number {
    return this.#random.below(count);
  }

  #highest(execution: Execution): number {
    const { enabled, enabledCount } = execution;
    const priorities = this.#priorities;
    let best = 0;
    let highest = UNSEEN;
    for (let i = 0; i < enabledCount; i++) {
      const index = enabled[i].index;
      let priority = priorities[index];
      if (priority === UNSEEN) priorities[index] = priority = this.depth + this.#random.unit();
      if (priority > highest) {
        highest = priority;
        best = i;
      }
    }
    return best;
  }
}
