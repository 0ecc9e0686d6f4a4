/**
 * Owns exhaustive depth-first search over all decisions, optionally bounded by preemptions (CHESS: leaving a
 * strand that could go on costs one). Schedule i is the i-th leaf of the tree, so schedules must be run in
 * order on one thread. A strand that could have moved at hundreds of decisions in a row and was not let is
 * let then, so that spin loops end; a tree in which that happened is not claimed to be covered.
 */
import { OTHER_STEPPED } from '../engine/condition.ts';
import { type Execution, MAXIMUM_STRANDS } from '../engine/execution.ts';
import type { Strategy } from '../engine/strategy.ts';

/** One decision of the current path: which alternative was taken and which are left. */
interface Branch {
  /** Positions in `enabled`, or values of a `choose`, still to be taken; the last is the current one. */
  readonly alternatives: number[];
  /** What could move here, to notice a scenario that is not deterministic. */
  readonly width: number;
}

/** Decisions in a row after which a strand that was passed over must be taken. */
const PATIENCE = 500;

export class DepthFirst implements Strategy {
  readonly name = 'dfs';
  readonly #path: Branch[] = [];
  #depth = 0;
  #spent = 0;
  #started = false;
  #cut = false;
  #diverged = false;
  #hasForced = false;
  /** By strand index, for how many decisions in a row it has been passed over. */
  readonly #passedOver = new Int32Array(MAXIMUM_STRANDS);

  /** `preemptions`: the bound; Infinity for none. */
  constructor(readonly preemptions = Infinity) {}

  get complete(): boolean {
    return this.#isDone && !this.#hasForced && !this.#diverged;
  }

  get #isDone(): boolean {
    return this.#started && this.#path.length === 0;
  }

  get isUnfair(): boolean {
    return this.#hasForced;
  }

  get cut(): boolean {
    return this.#cut;
  }

  /**
   * True when a replayed prefix offered other alternatives than before: the scenario is not deterministic.
   */
  get diverged(): boolean {
    return this.#diverged;
  }

  begin(): boolean {
    if (this.#isDone) return false;
    this.#passedOver.fill(0);
    this.#started = true;
    this.#depth = 0;
    this.#spent = 0;
    return true;
  }

  pick(execution: Execution): number {
    const { enabled, enabledCount, previous } = execution;
    let staying = -1;
    for (let i = 0; i < enabledCount; i++) {
      if (enabled[i] === previous && enabled[i].pending?.comparison !== OTHER_STEPPED) staying = i;
    }
    const starving = this.#starving(execution);
    const chosen = this.#decide(enabledCount, () =>
      starving >= 0 ? [starving] : this.#alternatives(enabledCount, staying),
    );
    this.#passedOver[enabled[chosen].index] = 0;
    if (staying >= 0 && chosen !== staying) this.#spent++;
    return chosen;
  }

  choose(count: number): number {
    return this.#decide(count, () => Array.from({ length: count }, (_, i) => count - 1 - i));
  }

  end(): void {
    const path = this.#path;
    if (this.#depth < path.length) {
      this.#diverged = true;
      path.length = this.#depth;
    }
    while (path.length > 0) {
      const { alternatives } = path[path.length - 1];
      alternatives.pop();
      if (alternatives.length > 0) return;
      path.pop();
    }
  }

  /** Position of a strand that was passed over for too long, -1 if there is none. */
  #starving({ enabled, enabledCount }: Execution): number {
    const passedOver = this.#passedOver;
    let starving = -1;
    for (let i = 0; i < enabledCount; i++) {
      if (++passedOver[enabled[i].index] > PATIENCE) starving = i;
    }
    if (starving >= 0) this.#hasForced = true;
    return starving;
  }

  /** Alternatives in reverse order of trying: staying first, then the others by index. */
  #alternatives(count: number, staying: number): number[] {
    const alternatives: number[] = [];
    if (staying >= 0 && this.#spent >= this.preemptions) {
      if (count > 1) this.#cut = true;
      return [staying];
    }
    for (let i = count - 1; i >= 0; i--) if (i !== staying) alternatives.push(i);
    if (staying >= 0) alternatives.push(staying);
    return alternatives;
  }

  #decide(width: number, alternatives: () => number[]): number {
    const path = this.#path;
    if (this.#depth === path.length) path.push({ alternatives: alternatives(), width });
    const branch = path[this.#depth++];
    if (branch.width !== width) this.#diverged = true;
    const chosen = branch.alternatives[branch.alternatives.length - 1];
    return chosen < width ? chosen : width - 1;
  }
}
