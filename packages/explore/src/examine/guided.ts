/**
 * Owns tolerant replay for shrinking: strands step in the order of a wish list as far as they can; a wish
 * whose strand is blocked is kept for later. When the list is used up the current strand stays on.
 */
import { type Execution, MAXIMUM_STRANDS } from '../engine/execution.ts';
import type { Strand } from '../engine/strand.ts';
import type { Strategy } from '../engine/strategy.ts';

const NONE = -1;

export class Guided implements Strategy {
  readonly name = 'guided';
  /** By strand index, the place of its earliest open wish; by place, that of the strand's next one. */
  readonly #open = new Int32Array(MAXIMUM_STRANDS);
  readonly #first = new Int32Array(MAXIMUM_STRANDS).fill(NONE);
  readonly #next: Int32Array;
  readonly #chosen = new Map<number, number>();

  /** `sequence`: strand index of each step; `choices`: values of `choose` by strand index, in order. */
  constructor(
    readonly sequence: readonly number[],
    readonly choices: ReadonlyMap<number, readonly number[]>,
  ) {
    this.#next = new Int32Array(sequence.length).fill(NONE);
    const first = this.#first;
    for (let place = sequence.length - 1; place >= 0; place--) {
      this.#next[place] = first[sequence[place]];
      first[sequence[place]] = place;
    }
  }

  begin(): boolean {
    this.#open.set(this.#first);
    this.#chosen.clear();
    return true;
  }

  pick(execution: Execution): number {
    const { enabled, enabledCount, previous } = execution;
    let picked = NONE;
    let earliest = this.sequence.length;
    let staying = 0;
    for (let i = 0; i < enabledCount; i++) {
      const place = this.#open[enabled[i].index];
      if (place !== NONE && place < earliest) {
        earliest = place;
        picked = i;
      }
      if (enabled[i] === previous) staying = i;
    }
    return picked === NONE ? staying : picked;
  }

  choose(count: number, execution: Execution): number {
    const strand = execution.current?.index ?? 0;
    const nth = this.#chosen.get(strand) ?? 0;
    this.#chosen.set(strand, nth + 1);
    const value = this.choices.get(strand)?.[nth] ?? 0;
    return value < count ? value : 0;
  }

  stepped(_execution: Execution, strand: Strand): void {
    const place = this.#open[strand.index];
    if (place !== NONE) this.#open[strand.index] = this.#next[place];
  }
}
