/**
 * Owns POS, partial order sampling (Yuan, Yang, Gu, CAV 2018): every pending operation has a random priority,
 * the highest runs, and those that conflict with it draw anew. Lock operations conflict with those on the
 * same lock.
 */
import { type Execution, MAXIMUM_STRANDS } from '../engine/execution.ts';
import { WRITE } from '../engine/footprint.ts';
import { Random } from '../engine/random.ts';
import type { Strand } from '../engine/strand.ts';
import type { Strategy } from '../engine/strategy.ts';

const NOT_DRAWN = -1;

export class PartialOrderSampling implements Strategy {
  readonly name = 'pos';
  readonly #random = new Random();
  readonly #priorities = new Float64Array(MAXIMUM_STRANDS).fill(NOT_DRAWN);

  constructor(readonly seed: number) {}

  begin(index: number): boolean {
    this.#random.reseed(this.seed, index);
    this.#priorities.fill(NOT_DRAWN);
    return true;
  }

  pick(execution: Execution): number {
    const { enabled, enabledCount } = execution;
    const priorities = this.#priorities;
    let best = 0;
    let highest = NOT_DRAWN;
    for (let i = 0; i < enabledCount; i++) {
      const index = enabled[i].index;
      let priority = priorities[index];
      if (priority === NOT_DRAWN) priorities[index] = priority = this.#random.unit();
      if (priority > highest) {
        highest = priority;
        best = i;
      }
    }
    return best;
  }

  choose(count: number): number {
    return this.#random.below(count);
  }

  stepped(execution: Execution, strand: Strand, location: number, access: number): void {
    const priorities = this.#priorities;
    priorities[strand.index] = NOT_DRAWN;
    const { strands, strandCount } = execution;
    for (let i = 0; i < strandCount; i++) {
      const pending = strands[i].pending;
      if (priorities[i] === NOT_DRAWN) continue;
      if (pending === null) {
        // A CPU switched to another thread: what this one does next is another operation.
        priorities[i] = NOT_DRAWN;
        continue;
      }
      let theirs: number;
      if (pending.location === location) theirs = pending.kind.access;
      else if (pending.second === location && location !== 0) theirs = pending.secondAccess;
      else continue;
      if (((theirs | access) & WRITE) !== 0) priorities[i] = NOT_DRAWN;
    }
  }
}
