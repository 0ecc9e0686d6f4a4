/** Owns the list of built-in strategies and how each is made. */
import type { Profile, Strategy } from '../engine/strategy.ts';
import { DepthFirst } from './depth-first.ts';
import { PartialOrderSampling } from './partial-order.ts';
import { PriorityChange } from './priority.ts';
import { RandomWalk } from './random-walk.ts';
import { UniformWalk } from './uniform.ts';

export const STRATEGY_NAMES = ['random', 'pct', 'pos', 'surw', 'dfs'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** What strategies are made of; each takes what it needs. */
export interface StrategyOptions {
  readonly seed: number;
  /** PCT's depth; default 3. */
  readonly depth?: number;
  /** Bound on preemptions of dfs; default none. */
  readonly preemptions?: number | undefined;
  readonly profile: Profile;
}

/** Makes one of the built-in strategies. */
export function createStrategy(name: StrategyName, options: StrategyOptions): Strategy {
  switch (name) {
    case 'random':
      return new RandomWalk(options.seed);
    case 'pct':
      return new PriorityChange(options.seed, options.depth ?? 3, options.profile.decisions);
    case 'pos':
      return new PartialOrderSampling(options.seed);
    case 'surw':
      return new UniformWalk(options.seed, options.profile);
    case 'dfs':
      return new DepthFirst(options.preemptions);
  }
}
