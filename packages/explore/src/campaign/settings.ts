/** Owns the options of an exploration with their defaults filled in and checked. */
import type { ExploreOptions } from '../report/result.ts';
import { type StrategyFactory, lanesOf } from './lanes.ts';
import { InputError } from './schedule-text.ts';

export interface Settings {
  readonly strategy: string | StrategyFactory;
  readonly schedules: number;
  readonly seed: number;
  readonly depth: number;
  readonly preemptions: number | null;
  readonly maxSteps: number;
  readonly races: boolean;
  readonly stopOnRace: boolean;
  readonly keepGoing: boolean;
  readonly shrink: boolean;
  readonly timeLimitSeconds: number | null;
}

/** Defaults filled in; throws InputError naming the option that is out of range. */
export function settingsOf(options: ExploreOptions, factory?: StrategyFactory): Settings {
  const strategy = factory ?? options.strategy ?? 'portfolio';
  lanesOf(strategy);
  return {
    strategy,
    schedules: whole('schedules', options.schedules ?? 10_000, 1, 2_000_000_000),
    seed: whole('seed', options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER),
    depth: whole('depth', options.depth ?? 3, 1, 1000),
    preemptions: options.preemptions === undefined ? null : whole('preemptions', options.preemptions, 0, 1e6),
    maxSteps: whole('maxSteps', options.maxSteps ?? 100_000, 1, 1e8),
    races: options.races ?? true,
    stopOnRace: options.stopOnRace ?? false,
    keepGoing: options.keepGoing ?? false,
    shrink: options.shrink ?? true,
    timeLimitSeconds: secondsOf(options.timeLimitSeconds),
  };
}

function secondsOf(limit: number | undefined): number | null {
  if (limit === undefined) return null;
  if (typeof limit !== 'number' || !(limit > 0)) {
    throw new InputError(`timeLimitSeconds is ${String(limit)}: a number above 0 is needed`);
  }
  return limit;
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new InputError(`${name} is ${String(value)}: a whole number from ${least} to ${most} is needed`);
  }
  return value;
}
