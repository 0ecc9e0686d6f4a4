/**
 * Owns the comparison of the levels of a factor with one of them: repetition by repetition, which have the
 * same seed, for each combination of the other factors; with Holm's correction over all of it. Pure.
 */
import type { CellOutcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { MetricInfo } from './run-result.ts';
import { type Difference, differenceOf, holm, meanOf } from './statistics.ts';

/** A level against the baseline, by one metric. */
export interface Contrast {
  readonly metric: MetricInfo;
  /** Levels of the other factors. */
  readonly where: Readonly<Record<string, string>>;
  readonly factor: string;
  readonly level: string;
  readonly baseline: string;
  readonly mean: number;
  readonly baselineMean: number;
  readonly difference: Difference;
  /**
   * Of the natural logarithms, where all values are above 0: then what is tested and said is a ratio, which
   * no interval takes below 0. Null for others, and for parts of a whole.
   */
  readonly logarithms: Difference | null;
  /** Probability of such a difference by chance, with Holm's correction; null with one repetition. */
  readonly adjusted: number | null;
  readonly isShown: boolean;
}

export interface Comparison {
  readonly factor: string;
  readonly baseline: string;
  readonly confidence: number;
  readonly contrasts: readonly Contrast[];
}

/** Compared unless something else is asked for: those of them that were measured. */
const USUAL = ['wakeup.p99', 'response.p99', 'throughput', 'fairness', 'misses', 'wasted', 'makespan'];

/** The factor to compare, which is `policy` if nothing is said and there is one. */
function factorOf({ compare, factors }: Plan): string | null {
  if (compare !== null && compare !== undefined) return compare.factor;
  const several = factors.filter(({ labels }) => labels.length > 1);
  return (several.find(({ name }) => name === 'policy') ?? several.at(0))?.name ?? null;
}

function others(labels: Readonly<Record<string, string>>, factor: string): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== factor));
}

type Raw = Omit<Contrast, 'adjusted' | 'isShown'>;

/** Pairs of repetitions that both have a value. */
function contrastOf(
  metric: MetricInfo,
  factor: string,
  cell: CellOutcome,
  base: CellOutcome,
  confidence: number,
): Raw | null {
  const values: number[] = [];
  const baseValues: number[] = [];
  for (const run of cell.runs) {
    const value = run.values[metric.name] ?? null;
    const twin = base.runs.find(({ repetition }) => repetition === run.repetition);
    const baseValue = twin?.values[metric.name] ?? null;
    if (value === null || baseValue === null) continue;
    values.push(value);
    baseValues.push(baseValue);
  }
  if (values.length === 0) return null;
  const isRatio = metric.unit !== '%' && [...values, ...baseValues].every((value) => value > 0);
  const logarithms = isRatio
    ? differenceOf(values.map(Math.log), baseValues.map(Math.log), confidence)
    : null;
  return {
    metric,
    where: others(cell.labels, factor),
    factor,
    level: cell.labels[factor],
    baseline: base.labels[factor],
    mean: meanOf(values),
    baselineMean: meanOf(baseValues),
    difference: differenceOf(values, baseValues, confidence),
    logarithms,
  };
}

/** What is tested. */
function testOf({ difference, logarithms }: Raw): Difference {
  return logarithms ?? difference;
}

function corrected(contrasts: readonly Raw[], confidence: number): Contrast[] {
  const tested = contrasts.filter((contrast) => testOf(contrast).p !== null);
  const adjusted = holm(tested.map((contrast) => testOf(contrast).p ?? 1));
  return contrasts.map((contrast) => {
    const at = tested.indexOf(contrast);
    if (at === -1) return { ...contrast, adjusted: null, isShown: false };
    return { ...contrast, adjusted: adjusted[at], isShown: adjusted[at] < 1 - confidence };
  });
}

/** Null if there is nothing to compare. */
export function compareLevels(
  plan: Plan,
  cells: readonly CellOutcome[],
  metrics: readonly MetricInfo[],
): Comparison | null {
  const factor = factorOf(plan);
  const levels = plan.factors.find(({ name }) => name === factor)?.labels ?? [];
  if (factor === null || levels.length < 2) return null;
  const asked = plan.compare?.baseline;
  const baseline = asked !== undefined && levels.includes(String(asked)) ? String(asked) : levels[0];
  const named = plan.compare?.metrics ?? plan.shown ?? USUAL;
  const contrasts: Raw[] = [];
  for (const metric of metrics) {
    if (!named.includes(metric.name)) continue;
    for (const cell of cells) {
      if (cell.labels[factor] === baseline) continue;
      const where = JSON.stringify(others(cell.labels, factor));
      const base = cells.find(
        ({ labels }) => labels[factor] === baseline && JSON.stringify(others(labels, factor)) === where,
      );
      const contrast = base && contrastOf(metric, factor, cell, base, plan.confidence);
      if (contrast) contrasts.push(contrast);
    }
  }
  return { factor, baseline, confidence: plan.confidence, contrasts: corrected(contrasts, plan.confidence) };
}
