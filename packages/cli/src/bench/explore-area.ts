/**
 * Owns the area `explore` of the benchmark: which cases are measured with which strategies, and the rows that
 * gives.
 */
import type { StrategyName } from '@smplab/explore';
import { EXPLORE_CASES, type ExploreCase } from './explore-cases.ts';
import {
  measureExhaustive,
  measureFirstFailure,
  measureFloor,
  measureRates,
  type Rates,
} from './explore-measure.ts';
import type { BenchRow } from './row.ts';

/** How much time each measurement gets. */
export interface BenchEffort {
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly seeds: number;
}

/** Under three minutes for the whole area. */
export const FULL: BenchEffort = { warmUpSeconds: 0.5, seconds: 1.5, seeds: 200 };
export const QUICK: BenchEffort = { warmUpSeconds: 0.05, seconds: 0.1, seeds: 9 };

const SAMPLING: readonly StrategyName[] = ['random', 'pct', 'pos', 'surw'];

type Named = (metric: string, value: number, unit: string) => BenchRow;

function ratesOf(name: string, rates: Rates, row: Named): BenchRow[] {
  return [
    row(`${name}: schedules per CPU second`, rates.schedulesPerSecond, 'schedules/s'),
    row(`${name}: steps per CPU second`, rates.stepsPerSecond, 'steps/s'),
  ];
}

function rowsOf(each: ExploreCase, effort: BenchEffort): BenchRow[] {
  const row: Named = (metric, value, unit) => ({ area: 'explore', case: each.name, metric, value, unit });
  const program = each.scenario;
  const rows: BenchRow[] = [];
  for (const name of SAMPLING) {
    rows.push(...ratesOf(name, measureRates(name, program, effort.warmUpSeconds, effort.seconds), row));
    if (!each.hasBug) continue;
    const first = measureFirstFailure(name, program, effort.seeds);
    rows.push(
      row(`${name}: schedules to first failure`, first.schedules, 'schedules'),
      row(`${name}: time to first failure`, first.cpuSeconds * 1000, 'ms'),
    );
  }
  if (!each.isExhaustive) return rows;
  const all = measureExhaustive(program, effort.warmUpSeconds);
  return [
    ...rows,
    ...ratesOf('dfs', all, row),
    row('dfs: schedules in all', all.schedules, 'schedules'),
    row('dfs: time in all', all.cpuSeconds * 1000, 'ms'),
  ];
}

/** Measures the area; `onCase` hears which case is next. */
export function exploreArea(effort: BenchEffort, onCase: (name: string) => void): BenchRow[] {
  onCase('explore floor');
  const value = measureFloor(effort.warmUpSeconds, effort.seconds);
  const floor = {
    area: 'explore',
    case: 'floor',
    metric: 'generators: steps per CPU second',
    value,
    unit: 'steps/s',
  };
  const rows = EXPLORE_CASES.flatMap((each) => {
    onCase(`explore ${each.name}`);
    return rowsOf(each, effort);
  });
  return [floor, ...rows];
}
