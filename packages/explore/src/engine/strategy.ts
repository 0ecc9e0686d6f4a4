/**
 * Owns the interface of a strategy: who moves next. One strategy object serves many schedules of one
 * scenario, one after the other, on one thread. It sees strands, pending operations and footprints, and
 * nothing else.
 */
import type { Execution } from './execution.ts';
import type { Strand } from './strand.ts';

export interface Strategy {
  readonly name: string;
  /**
   * Starts schedule number `index` (0, 1, 2 ...). Random choices must depend only on the seed the strategy
   * was made with and on `index`, so that any worker can run it. Returns false when the whole space has been
   * covered before this schedule.
   */
  begin(index: number): boolean;
  /**
   * Picks the next strand as a position in `execution.enabled` (0 to enabledCount - 1); asked only when there
   * are two or more.
   */
  pick(execution: Execution): number;
  /** Decides `s.choose(count)`: 0 to count - 1; asked only when count is two or more. */
  choose(count: number, execution: Execution): number;
  /** Told after every step which strand made it and the primary access of the operation it performed. */
  stepped?(execution: Execution, strand: Strand, location: number, access: number): void;
  /** Told when a run has ended, before its state is given up. */
  end?(execution: Execution): void;
  /** For exhaustive strategies: true once every schedule within the bound has been run. */
  readonly complete?: boolean;
  /**
   * For exhaustive strategies: true once fairness made it pass over alternatives, so that it proves nothing.
   */
  readonly isUnfair?: boolean;
  /** For exhaustive strategies: true once a beginning that was run before went another way. */
  readonly diverged?: boolean;
  /** For exhaustive strategies: true when a bound, not the scenario, cut alternatives away. */
  readonly cut?: boolean;
}

/** What a profiling run tells the strategies that need to know how long a scenario is (PCT, SURW). */
export interface Profile {
  /** Steps of the longest profiling run. */
  readonly steps: number;
  /** Decisions (more than one strand enabled) of the longest profiling run. */
  readonly decisions: number;
  /** Steps of each strand, by path. */
  readonly strandSteps: ReadonlyMap<string, number>;
  /** Accesses by strand path and by location. */
  readonly accesses: ReadonlyMap<string, ReadonlyMap<number, number>>;
}
