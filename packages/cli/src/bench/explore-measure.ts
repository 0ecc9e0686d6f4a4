/**
 * Owns how the explorer is measured: CPU time (user and system) of this process, one thread, default
 * detectors, after a warm-up of the same kind. Other users of the machine only ever slow a measurement down,
 * so of several spans the best counts. Numbers are for comparing within one run of the benchmark, on one
 * machine.
 */
import {
  createStrategy,
  Execution,
  profileOf,
  type Program,
  type Strategy,
  type StrategyName,
} from '@smplab/explore';
import { runBareThreads } from './generator-floor.ts';

/** Rates over one span of searching; failing schedules count and do not stop it. */
export interface Rates {
  readonly schedules: number;
  readonly schedulesPerSecond: number;
  readonly stepsPerSecond: number;
  readonly cpuSeconds: number;
}

/** How soon a bug is found, from the first schedule of a fresh search. */
export interface FirstFailure {
  readonly schedules: number;
  readonly cpuSeconds: number;
}

const BATCH = 16;
const SPANS = 75;
/** A search that has found nothing by then counts as this long. */
const SCHEDULES_MAX = 100_000;

/** CPU time of this process up to now. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function made(name: StrategyName, seed: number, execution: Execution, program: Program): Strategy {
  const profile = profileOf(execution, program, seed);
  // As a search does it: without plain memory nothing can race, and no clocks are kept.
  execution.racesOn = execution.hasPlainMemory;
  return createStrategy(name, { seed, profile });
}

/**
 * Searches for about this much CPU time, or until the space is covered; the rates are those of the best span.
 */
export function measureRates(
  name: StrategyName,
  program: Program,
  warmUpSeconds: number,
  forSeconds: number,
): Rates {
  const execution = new Execution();
  const strategy = made(name, 1, execution, program);
  let index = 0;
  const runFor = (limit: number): Rates => {
    const from = index;
    const start = cpuSeconds();
    let steps = 0;
    let used = 0;
    for (let more = true; more && used < limit; used = cpuSeconds() - start) {
      for (let i = 0; i < BATCH && more; i++) {
        more = strategy.begin(index);
        if (!more) break;
        execution.execute(program, strategy);
        steps += execution.steps;
        index++;
      }
    }
    const schedules = index - from;
    return {
      schedules,
      schedulesPerSecond: schedules / used,
      stepsPerSecond: steps / used,
      cpuSeconds: used,
    };
  };
  if (warmUpSeconds > 0) runFor(warmUpSeconds);
  return bestSpan(forSeconds, runFor);
}

/** Runs one span of unlimited length, or several short ones; the rates of the best, the schedules of all. */
function bestSpan(forSeconds: number, runFor: (limit: number) => Rates): Rates {
  if (!Number.isFinite(forSeconds)) return runFor(forSeconds);
  const spans = Array.from({ length: SPANS }, () => runFor(forSeconds / SPANS));
  const best = spans.reduce((one, other) =>
    other.schedulesPerSecond > one.schedulesPerSecond ? other : one,
  );
  return { ...best, schedules: spans.reduce((sum, span) => sum + span.schedules, 0) };
}

/** Steps per CPU second of bare generators: what the rates of the explorer are to be read against. */
export function measureFloor(warmUpSeconds: number, forSeconds: number): number {
  const runFor = (limit: number): Rates => {
    const start = cpuSeconds();
    let schedules = 0;
    let steps = 0;
    let used = 0;
    for (; used < limit || schedules === 0; used = cpuSeconds() - start) steps += runBareThreads(++schedules);
    return {
      schedules,
      schedulesPerSecond: schedules / used,
      stepsPerSecond: steps / used,
      cpuSeconds: used,
    };
  };
  if (warmUpSeconds > 0) runFor(warmUpSeconds);
  return bestSpan(forSeconds, runFor).stepsPerSecond;
}

/** Covers the whole space once, after a warm-up of doing so. */
export function measureExhaustive(program: Program, warmUpSeconds: number): Rates {
  for (const start = cpuSeconds(); cpuSeconds() - start < warmUpSeconds;)
    measureRates('dfs', program, 0, Infinity);
  return measureRates('dfs', program, 0, Infinity);
}

/** Medians over the seeds, profiling included. */
export function measureFirstFailure(name: StrategyName, program: Program, seeds: number): FirstFailure {
  const execution = new Execution();
  const found: FirstFailure[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const start = process.hrtime.bigint();
    const schedules = untilFailure(made(name, seed, execution, program), execution, program);
    found.push({ schedules, cpuSeconds: Number(process.hrtime.bigint() - start) / 1e9 });
  }
  return {
    schedules: median(found.map((each) => each.schedules)),
    cpuSeconds: median(found.map((each) => each.cpuSeconds)),
  };
}

function untilFailure(strategy: Strategy, execution: Execution, program: Program): number {
  for (let index = 0; index < SCHEDULES_MAX; index++) {
    if (!strategy.begin(index)) break;
    execution.execute(program, strategy);
    if (execution.failure !== null) return index + 1;
  }
  return SCHEDULES_MAX;
}

/** The middle of the values; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
