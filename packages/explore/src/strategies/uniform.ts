/**
 * Owns SURW, selectively uniform random walk (ASPLOS 2025): per schedule one shared location is of interest,
 * drawn by how often the profile saw it touched; interleavings of the accesses to it are sampled uniformly,
 * by an intended next strand drawn with weight = accesses that strand (and the children it has still to
 * spawn) has left. Everything else runs by random priorities.
 */
import { type Execution, MAXIMUM_STRANDS } from '../engine/execution.ts';
import { Random } from '../engine/random.ts';
import type { Strand } from '../engine/strand.ts';
import type { Profile, Strategy } from '../engine/strategy.ts';

const NOT_DRAWN = -1;
const NOBODY = -1;

/**
 * Accesses to the location of interest, by strand path: of the strand itself, and with all its descendants.
 */
interface Weights {
  readonly location: number;
  /** Total over all strands: how often the location is drawn. */
  readonly total: number;
  readonly subtree: ReadonlyMap<string, number>;
}

export class UniformWalk implements Strategy {
  readonly name = 'surw';
  readonly #random = new Random();
  readonly #targets: readonly Weights[];
  readonly #total: number;
  readonly #priorities = new Float64Array(MAXIMUM_STRANDS);
  readonly #left = new Float64Array(MAXIMUM_STRANDS);
  #target: Weights | null = null;
  #intended = NOBODY;
  #known = 0;

  constructor(
    readonly seed: number,
    profile: Profile,
  ) {
    this.#targets = targetsOf(profile);
    this.#total = this.#targets.reduce((sum, target) => sum + target.total, 0);
  }

  begin(index: number): boolean {
    const random = this.#random;
    random.reseed(this.seed, index);
    this.#priorities.fill(NOT_DRAWN);
    this.#intended = NOBODY;
    this.#known = 0;
    this.#target = null;
    let point = random.unit() * this.#total;
    for (const target of this.#targets) {
      this.#target = target;
      point -= target.total;
      if (point < 0) break;
    }
    return true;
  }

  pick(execution: Execution): number {
    if (execution.strandCount > this.#known) this.#welcome(execution);
    const first = this.#highest(execution, false);
    if (!this.#isOfInterest(execution.enabled[first])) return first;
    if (this.#intended === NOBODY) this.#intended = this.#draw(execution);
    if (this.#intended === NOBODY) return first;
    const allowed = this.#highest(execution, true);
    if (allowed >= 0) return allowed;
    // All wait for a strand that cannot move.
    this.#intended = NOBODY;
    return first;
  }

  choose(count: number): number {
    return this.#random.below(count);
  }

  stepped(execution: Execution, strand: Strand, location: number): void {
    this.#priorities[strand.index] = NOT_DRAWN;
    if (execution.strandCount > this.#known) this.#welcome(execution);
    if (this.#target === null || location !== this.#target.location) {
      if (strand.ended && strand.index === this.#intended) this.#intended = NOBODY;
      return;
    }
    const left = this.#left;
    if (left[strand.index] > 0) left[strand.index]--;
    if (strand.index === this.#intended || strand.ended) this.#intended = NOBODY;
  }

  /**
   * Position with the highest random priority among enabled strands; with `onlyAllowed`, among those that the
   * intended strand does not keep waiting (-1 if there is none).
   */
  #highest(execution: Execution, onlyAllowed: boolean): number {
    const { enabled, enabledCount } = execution;
    const priorities = this.#priorities;
    let best = -1;
    let highest = NOT_DRAWN;
    for (let i = 0; i < enabledCount; i++) {
      const strand = enabled[i];
      const { index } = strand;
      if (onlyAllowed && index !== this.#intended && this.#isOfInterest(strand)) continue;
      let priority = priorities[index];
      if (priority === NOT_DRAWN) priorities[index] = priority = this.#random.unit();
      if (priority > highest) {
        highest = priority;
        best = i;
      }
    }
    return best;
  }

  #isOfInterest(strand: Strand): boolean {
    const pending = strand.pending;
    if (pending === null || this.#target === null) return false;
    const location = this.#target.location;
    return pending.location === location || pending.second === location;
  }

  #draw(execution: Execution): number {
    const left = this.#left;
    let total = 0;
    for (let i = 0; i < execution.strandCount; i++) if (!execution.strands[i].ended) total += left[i];
    if (total <= 0) return NOBODY;
    let point = this.#random.unit() * total;
    for (let i = 0; i < execution.strandCount; i++) {
      if (execution.strands[i].ended || left[i] === 0) continue;
      point -= left[i];
      if (point < 0) return i;
    }
    return NOBODY;
  }

  /** Moves a child's share of the weight from its parent to it. */
  #welcome(execution: Execution): void {
    for (; this.#known < execution.strandCount; this.#known++) {
      const strand = execution.strands[this.#known];
      const weight = this.#target?.subtree.get(strand.path) ?? (this.#target === null ? 0 : 1);
      this.#left[strand.index] = weight;
      const parent = strand.parent;
      if (parent === null) continue;
      const before = this.#left[parent.index];
      this.#left[parent.index] = Math.max(0, before - weight);
      if (this.#intended === parent.index && this.#random.unit() * before < weight)
        this.#intended = strand.index;
    }
  }
}

/** Locations that at least two strands touch, with the weights of every strand. */
function targetsOf(profile: Profile): Weights[] {
  const byLocation = new Map<number, Map<string, number>>();
  for (const [path, counts] of profile.accesses) {
    for (const [location, count] of counts) {
      let weights = byLocation.get(location);
      if (weights === undefined) byLocation.set(location, (weights = new Map<string, number>()));
      weights.set(path, count);
    }
  }
  const targets: Weights[] = [];
  for (const [location, own] of [...byLocation].sort(([a], [b]) => a - b)) {
    if (own.size < 2) continue;
    const subtree = new Map<string, number>();
    let total = 0;
    for (const [path, count] of own) {
      total += count;
      for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const ancestor = path.slice(0, end);
        subtree.set(ancestor, (subtree.get(ancestor) ?? 0) + count);
      }
    }
    for (const path of profile.strandSteps.keys()) if (!subtree.has(path)) subtree.set(path, 0);
    targets.push({ location, total, subtree });
  }
  return targets;
}
