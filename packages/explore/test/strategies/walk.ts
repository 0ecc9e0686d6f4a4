/** Owns how the tests of strategies run schedules: by number, with what each one did. */
import { Execution, type ExecutionOptions, type Program } from '../../src/engine/execution.ts';
import { TRACE_WORDS } from '../../src/engine/recorder.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import { profileOf } from '../../src/strategies/profiler.ts';
import { createStrategy, type StrategyName } from '../../src/strategies/catalogue.ts';

/** What one schedule did. */
export interface Walked {
  readonly verdict: string;
  /** Names of the strands in the order of their steps, such as `t1 t2 t1`. */
  readonly order: string;
  readonly hash: string;
  readonly steps: number;
}

/** A built-in strategy, made for the program as a search makes it. */
export function strategyFor(program: Program, name: StrategyName, seed = 1, depth = 3): Strategy {
  const profile = profileOf(new Execution(), program, seed);
  return createStrategy(name, { seed, depth, profile });
}

/** Runs the schedules with the given numbers in that order. */
export function walk(
  program: Program,
  strategy: Strategy,
  numbers: Iterable<number>,
  options: ExecutionOptions = {},
): Walked[] {
  const execution = new Execution({ races: false, ...options });
  const walked: Walked[] = [];
  for (const index of numbers) {
    if (!strategy.begin(index)) break;
    execution.execute(program, strategy);
    walked.push({
      verdict: execution.failure?.verdict ?? 'none',
      order: orderOf(execution),
      hash: traceHash(execution),
      steps: execution.steps,
    });
  }
  return walked;
}

function orderOf(execution: Execution): string {
  const { trace, traceLength } = execution.recorder;
  const names: string[] = [];
  for (let at = 0; at < traceLength; at += TRACE_WORDS) names.push(execution.strands[trace[at]].label);
  return names.join(' ');
}

/** The numbers 0 to count - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** How often each text occurs. */
export function tally(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Pearson's statistic of the counts against equal shares in `kinds` kinds. */
export function chiSquare(counts: Iterable<number>, kinds: number): number {
  const seen = [...counts];
  const total = seen.reduce((sum, count) => sum + count, 0);
  const expected = total / kinds;
  const unseen = (kinds - seen.length) * expected;
  return seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, unseen);
}
