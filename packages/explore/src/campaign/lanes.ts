/**
 * Owns which strategy runs schedule i. A portfolio has one lane per strategy and deals schedules out in turn,
 * so that the strategy and its own count are a function of i alone; a single strategy is a portfolio of one.
 */
import type { Profile, Strategy } from '../engine/strategy.ts';
import {
  createStrategy,
  STRATEGY_NAMES,
  type StrategyName,
  type StrategyOptions,
} from '../strategies/catalogue.ts';
import { InputError } from './schedule-text.ts';

/** Strategies of the default portfolio, in the order in which schedules are dealt. */
export const PORTFOLIO: readonly StrategyName[] = ['surw', 'pos', 'pct', 'random', 'dfs'];

/** A user's own strategy: made once per thread. */
export type StrategyFactory = (options: StrategyOptions) => Strategy;

export interface Lane {
  readonly name: string;
  /** Depth-first search keeps its place from schedule to schedule: its lane runs in order, on one thread. */
  readonly isSequential: boolean;
}

/** The lanes of a strategy name or factory. */
export function lanesOf(strategy: string | StrategyFactory): readonly Lane[] {
  if (typeof strategy === 'function') return [{ name: 'custom', isSequential: true }];
  if (strategy === 'portfolio') return PORTFOLIO.map((name) => ({ name, isSequential: name === 'dfs' }));
  if ((STRATEGY_NAMES as readonly string[]).includes(strategy)) {
    return [{ name: strategy, isSequential: strategy === 'dfs' }];
  }
  const known = ['portfolio', ...STRATEGY_NAMES].join(', ');
  throw new InputError(`unknown strategy "${strategy}": it is one of ${known}`);
}

/** The name of the strategy that runs schedule `index`. */
export function laneName(strategy: string | StrategyFactory, index: number): string {
  const lanes = lanesOf(strategy);
  return lanes[index % lanes.length].name;
}

/** The strategies of all lanes, made for one execution. */
export class LaneStrategies {
  readonly lanes: readonly Lane[];
  readonly #strategies: readonly Strategy[];

  constructor(
    strategy: string | StrategyFactory,
    options: Omit<StrategyOptions, 'profile'>,
    profile: Profile,
  ) {
    this.lanes = lanesOf(strategy);
    this.#strategies =
      typeof strategy === 'function'
        ? [strategy({ ...options, profile })]
        : this.lanes.map((lane) => createStrategy(lane.name as StrategyName, { ...options, profile }));
  }

  /** The strategy of schedule `index` (from 0). */
  at(index: number): Strategy {
    return this.#strategies[index % this.#strategies.length];
  }

  /** Number of schedule `index` within its lane. */
  own(index: number): number {
    return Math.floor(index / this.#strategies.length);
  }
}
