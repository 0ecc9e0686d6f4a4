/**
 * Owns replay: the recorded decisions one after the other, then (for runs that were cut at the step limit)
 * fairly on. A decision that does not fit is remembered in `mismatch`; the run goes on with the oldest
 * strand.
 */
import type { Execution } from '../engine/execution.ts';
import type { Strategy } from '../engine/strategy.ts';

export class Replay implements Strategy {
  readonly name = 'replay';
  #position = 0;
  #last = -1;
  #mismatch: string | null = null;

  constructor(readonly decisions: ArrayLike<number>) {}

  /** In words, the first decision that did not fit; null if all did. */
  get mismatch(): string | null {
    return this.#mismatch;
  }

  /** Decisions that were used. */
  get used(): number {
    return Math.min(this.#position, this.decisions.length);
  }

  begin(): boolean {
    this.#position = 0;
    this.#last = -1;
    this.#mismatch = null;
    return true;
  }

  pick(execution: Execution): number {
    const { enabled, enabledCount } = execution;
    if (this.#position >= this.decisions.length) return this.#next(execution);
    const wanted = this.decisions[this.#position++];
    for (let i = 0; i < enabledCount; i++) if (enabled[i].index === wanted) return i;
    if (this.#mismatch === null) {
      const strand = wanted < execution.strandCount ? execution.strands[wanted] : undefined;
      const name = strand === undefined ? `thread number ${wanted}` : strand.path;
      const state = strand === undefined ? 'does not exist' : strand.ended ? 'has ended' : 'is blocked';
      this.#mismatch = `after step ${execution.steps} it lets ${name} step, which ${state} there`;
    }
    return 0;
  }

  choose(count: number): number {
    if (this.#position >= this.decisions.length) return 0;
    const value = this.decisions[this.#position++];
    if (value >= 0 && value < count) return value;
    this.#mismatch ??= `it chooses alternative ${value} where there are ${count}`;
    return 0;
  }

  #next(execution: Execution): number {
    const { enabled, enabledCount } = execution;
    let position = 0;
    for (let i = enabledCount - 1; i >= 0; i--) if (enabled[i].index > this.#last) position = i;
    this.#last = enabled[position].index;
    return position;
  }
}
