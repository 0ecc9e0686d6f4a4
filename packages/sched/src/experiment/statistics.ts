/**
 * Owns what is said of several repetitions: mean and confidence interval, paired differences, and Holm's
 * correction of several tests at once. Pure.
 */
import { tQuantile, twoSided } from './student.ts';

/** What repetitions come to. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of a repetition; null with fewer than 2. */
  readonly deviation: number | null;
  /** The interval is the mean, more or less this; null with fewer than 2. */
  readonly half: number | null;
  readonly min: number;
  readonly max: number;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of one value at least. */
export function summaryOf(values: readonly number[], confidence: number): Summary {
  const count = values.length;
  const mean = meanOf(values);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (count < 2) return { count, mean, deviation: null, half: null, min, max };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Equal values have a deviation of 0, whatever rounding made of their mean.
  const deviation = min === max ? 0 : Math.sqrt(squares / (count - 1));
  const half = (tQuantile(confidence, count - 1) * deviation) / Math.sqrt(count);
  return { count, mean, deviation, half, min, max };
}

/** How values differ from those that each is paired with. */
export interface Difference extends Summary {
  /** Pairs in which the value is less, and more. */
  readonly less: number;
  readonly more: number;
  /** Probability of such a mean if there were no difference; null with fewer than 2 pairs. */
  readonly p: number | null;
}

export function differenceOf(
  values: readonly number[],
  base: readonly number[],
  confidence: number,
): Difference {
  const differences = values.map((value, at) => value - base[at]);
  const summary = summaryOf(differences, confidence);
  const less = differences.filter((difference) => difference < 0).length;
  const more = differences.filter((difference) => difference > 0).length;
  return { ...summary, less, more, p: probability(summary) };
}

function probability({ count, mean, deviation }: Summary): number | null {
  if (deviation === null) return null;
  if (deviation === 0) return mean === 0 ? 1 : 0;
  return twoSided((mean / deviation) * Math.sqrt(count), count - 1);
}

/** Holm's correction (1979): the probabilities as they count among so many others, in the same order. */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities.map((_, at) => at).sort((a, b) => probabilities[a] - probabilities[b]);
  const adjusted = probabilities.map(() => 1);
  let most = 0;
  for (const [rank, at] of order.entries()) {
    most = Math.max(most, Math.min(1, probabilities[at] * (probabilities.length - rank)));
    adjusted[at] = most;
  }
  return adjusted;
}
