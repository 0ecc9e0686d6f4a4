/** Owns the random walk: every enabled strand is equally likely at every step. */
import type { Execution } from '../engine/execution.ts';
import { Random } from '../engine/random.ts';
import type { Strategy } from '../engine/strategy.ts';

export class RandomWalk implements Strategy {
  readonly name = 'random';
  readonly #random = new Random();

  constructor(readonly seed: number) {}

  begin(index: number): boolean {
    this.#random.reseed(this.seed, index);
    return true;
  }

  pick(execution: Execution): number {
    return this.#random.below(execution.enabledCount);
  }

  choose(count: number): number {
    return this.#random.below(count);
  }
}
