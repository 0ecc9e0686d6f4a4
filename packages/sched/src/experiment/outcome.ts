/**
 * Owns what an experiment has come to: for each combination of levels and each metric a summary of its
 * repetitions, what the comparison says, and what went wrong. Made of the results of runs alone, in their
 * order, so that it is the same wherever they ran.
 */
import { compareLevels, type Comparison } from './comparison.ts';
import type { Plan } from './plan.ts';
import type { MetricInfo, RunFinding, RunResult } from './run-result.ts';
import { type Summary, summaryOf } from './statistics.ts';

export interface CellOutcome {
  readonly labels: Readonly<Record<string, string>>;
  /** Runs that were finished, in the order of repetitions. */
  readonly runs: readonly RunResult[];
  /** By metric; null where no run has a value. */
  readonly summaries: Readonly<Record<string, Summary | null>>;
}

export interface FoundIn extends RunFinding {
  readonly run: RunResult;
}

export interface Outcome {
  readonly plan: Plan;
  readonly runs: readonly RunResult[];
  /** Metrics of the plan, and figures of workloads. */
  readonly metrics: readonly MetricInfo[];
  /** Those of them that tables have. */
  readonly shown: readonly MetricInfo[];
  readonly cells: readonly CellOutcome[];
  readonly comparison: Comparison | null;
  readonly findings: readonly FoundIn[];
  readonly warnings: readonly string[];
}

function allMetrics(plan: Plan, runs: readonly RunResult[]): MetricInfo[] {
  const metrics = new Map(plan.metrics.map((metric) => [metric.name, metric]));
  for (const { further } of runs)
    for (const metric of further) if (!metrics.has(metric.name)) metrics.set(metric.name, metric);
  return [...metrics.values()];
}

function cellOutcome(
  labels: CellOutcome['labels'],
  runs: readonly RunResult[],
  metrics: readonly MetricInfo[],
  confidence: number,
): CellOutcome {
  const summaries = metrics.map(({ name }) => {
    const values = runs.flatMap((run) => run.values[name] ?? []);
    return [name, values.length === 0 ? null : summaryOf(values, confidence)] as const;
  });
  return { labels, runs, summaries: Object.fromEntries(summaries) };
}

function warningsOf(plan: Plan, runs: readonly RunResult[]): string[] {
  const warnings = new Set(runs.flatMap((run) => run.warnings));
  const left = plan.runs.length - runs.length;
  if (left > 0)
    warnings.add(`${left} of ${plan.runs.length} runs were not made: this is what the others say`);
  if (plan.repetitions < 5)
    warnings.add(
      `${plan.repetitions} ${plan.repetitions === 1 ? 'repetition says' : 'repetitions say'} little: ` +
        '5 at least are advisable',
    );
  return [...warnings];
}

/** What finished runs come to; some may be missing. */
export function outcomeOf(plan: Plan, results: readonly RunResult[]): Outcome {
  const runs = results.toSorted((a, b) => a.index - b.index);
  const metrics = allMetrics(plan, runs);
  const cells = plan.cells.map(({ index, labels }) =>
    cellOutcome(
      labels,
      runs.filter((run) => run.cell === index),
      metrics,
      plan.confidence,
    ),
  );
  const isThere = ({ name }: MetricInfo): boolean => cells.some(({ summaries }) => summaries[name] !== null);
  const there = metrics.filter(isThere);
  // Those that are asked for are in the order in which they are.
  const shown =
    plan.shown?.flatMap((name) => there.find((metric) => metric.name === name) ?? []) ??
    there.filter(({ isUsual }) => isUsual);
  return {
    plan,
    runs,
    metrics,
    shown,
    cells,
    comparison: compareLevels(plan, cells, metrics),
    findings: runs.flatMap((run) => run.findings.map((finding) => ({ ...finding, run }))),
    warnings: warningsOf(plan, runs),
  };
}
