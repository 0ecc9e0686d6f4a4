/**
 * Owns tolerant replay for shrinking: strands step in the order of a wish list as far as they can; a wish
 * whose strand is blocked is kept for later. When the list is used up the current strand stays on.
 */
import type { Execution } from '../engine/execution.ts';
import type { Strand } from '../engine/strand.ts';
import type { Strategy } from '../engine/strategy.ts';

export class Guided implements Strategy {
  readonly name = 'guided';
  #first = 0;
  readonly #used: Uint8Array;
  readonly #chosen = new Map<number, number>();

  /** `sequence`: strand index of each step; `choices`: values of `choose` by strand index, in order. */
  constructor(
    readonly sequence: readonly number[],
    readonly choices: ReadonlyMap<number, readonly number[]>,
  ) {
    this.#used = new Uint8Array(sequence.length);
  }

  begin(): boolean {
    this.#first = 0;
    this.#used.fill(0);
    this.#chosen.clear();
    return true;
  }

  pick(execution: Execution): number {
    const { enabled, enabledCount, previous } = execution;
    const { sequence } = this;
    for (let at = this.#first; at < sequence.length; at++) {
      if (this.#used[at] !== 0) continue;
      const wanted = sequence[at];
      for (let i = 0; i < enabledCount; i++) if (enabled[i].index === wanted) return i;
    }
    for (let i = 0; i < enabledCount; i++) if (enabled[i] === previous) return i;
    return 0;
  }

  choose(count: number, execution: Execution): number {
    const strand = execution.current?.index ?? 0;
    const nth = this.#chosen.get(strand) ?? 0;
    this.#chosen.set(strand, nth + 1);
    const value = this.choices.get(strand)?.[nth] ?? 0;
    return value < count ? value : 0;
  }

  stepped(_execution: Execution, strand: Strand): void {
    const { sequence } = this;
    const used = this.#used;
    for (let at = this.#first; at < sequence.length; at++) {
      if (used[at] === 0 && sequence[at] === strand.index) {
        used[at] = 1;
        break;
      }
    }
    while (this.#first < sequence.length && used[this.#first] !== 0) this.#first++;
  }
}
