/**
 * Owns running single schedules of a program by strategy, seed and number, as the search does, and what is
 * said of each: its trace hash above all. Used by the drivers that run one machine instead of searching.
 */
import {
  createStrategy,
  type Execution,
  InputError,
  profileOf,
  type Program,
  STRATEGY_NAMES,
  type StrategyName,
  traceHash,
} from '@smplab/explore';

/** Which schedules. */
export interface ScheduleRange {
  readonly strategy: string;
  readonly seed: number;
  /** Number of the first schedule, from 0; default 0. */
  readonly from?: number;
  /** How many; default 1. */
  readonly count?: number;
}

/** One schedule that was run. */
export interface ScheduleOutcome {
  readonly seed: number;
  readonly index: number;
  readonly traceHash: string;
  readonly steps: number;
  readonly decisions: number;
  readonly verdict: string;
  readonly message: string;
}

/** A strategy name, or a refusal in words. */
export function checkedStrategy(name: string): StrategyName {
  if ((STRATEGY_NAMES as readonly string[]).includes(name)) return name as StrategyName;
  throw new InputError(
    `unknown strategy "${name}": a single machine runs under one of ${STRATEGY_NAMES.join(', ')}`,
  );
}

/** Runs the schedules in order. */
export function runSchedules(
  execution: Execution,
  program: Program,
  range: ScheduleRange,
): ScheduleOutcome[] {
  const { seed, from = 0, count = 1 } = range;
  const name = checkedStrategy(range.strategy);
  const needsProfile = name === 'pct' || name === 'surw';
  const profile = needsProfile
    ? profileOf(execution, program, seed)
    : { steps: 1, decisions: 1, strandSteps: new Map(), accesses: new Map() };
  const strategy = createStrategy(name, { seed, profile });
  const outcomes: ScheduleOutcome[] = [];
  for (let index = from; index < from + count; index++) {
    if (!strategy.begin(index)) break;
    execution.execute(program, strategy);
    const { failure, steps, recorder } = execution;
    outcomes.push({
      seed,
      index,
      traceHash: traceHash(execution),
      steps,
      decisions: recorder.decisionCount,
      verdict: failure?.verdict ?? 'none',
      message: failure?.message ?? '',
    });
  }
  return outcomes;
}
