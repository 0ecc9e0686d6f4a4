/**
 * Owns what a comparison says in plain words. Pure.
 */
import type { Comparison, Contrast } from './comparison.ts';
import { cellName } from './levels.ts';
import { digits, quantity } from './quantity.ts';

/** Relative differences need a baseline that is not next to nothing. */
function isRelative({ baselineMean, metric }: Contrast): boolean {
  return baselineMean > 0 && metric.unit !== '%';
}

function repetitions(count: number): string {
  return `${count} ${count === 1 ? 'repetition' : 'repetitions'}`;
}

/** How much it is, of the baseline or by itself; the sign is that of more. */
function amount(contrast: Contrast, value: number): string {
  const { metric, baselineMean } = contrast;
  if (isRelative(contrast)) return `${digits((100 * Math.abs(value)) / baselineMean)} %`;
  return metric.unit === '%' ? `${digits(Math.abs(value))} points` : quantity(Math.abs(value), metric.unit);
}

/** `28 to 34 %`: the interval of a difference whose sign is known, least first. */
function between(contrast: Contrast, half: number): string {
  const size = Math.abs(contrast.difference.mean);
  const ends = [size - half, size + half].map((end) => amount(contrast, end));
  const unit = ends[1].replace(/^[\d.,e+-]+/, '');
  return ends[0].endsWith(unit)
    ? `${ends[0].slice(0, ends[0].length - unit.length)} to ${ends[1]}`
    : ends.join(' to ');
}

/** `3 % lower to 4 % higher`. */
function eitherWay(contrast: Contrast, half: number): string {
  const { mean } = contrast.difference;
  const end = (value: number): string => `${amount(contrast, value)} ${value < 0 ? 'lower' : 'higher'}`;
  return `${end(mean - half)} to ${end(mean + half)}`;
}

function values({ metric, mean, baselineMean }: Contrast): string {
  return `${quantity(mean, metric.unit)} against ${quantity(baselineMean, metric.unit)}`;
}

function place({ where }: Contrast): string {
  return Object.keys(where).length === 0 ? '' : `${cellName(where)}: `;
}

/** A contrast as a sentence. */
export function sentenceOf(contrast: Contrast): string {
  const { metric, level, baseline, difference, adjusted, isShown } = contrast;
  const { count, mean, half, less, more } = difference;
  const what = metric.title;
  if (less === 0 && more === 0)
    return `${place(contrast)}${level} has the same ${what} as ${baseline} (${quantity(contrast.mean, metric.unit)})`;
  const way = mean < 0 ? 'lower' : 'higher';
  if (half === null || adjusted === null)
    return (
      `${place(contrast)}${level} has ${amount(contrast, mean)} ${way} ${what} than ${baseline} ` +
      `(${values(contrast)}) in one repetition, which shows nothing`
    );
  if (!isShown) {
    const size = `${eitherWay(contrast, half)} than ${baseline}`;
    return (
      `${place(contrast)}no difference can be shown with ${repetitions(count)}: ` +
      `${what} of ${level} is ${size} (${values(contrast)})`
    );
  }
  const range = half === 0 ? '' : ` (${between(contrast, half)})`;
  const times = `${mean < 0 ? less : more} of ${repetitions(count)}`;
  return `${place(contrast)}${level} has ${amount(contrast, mean)}${range} ${way} ${what} than ${baseline} (${values(contrast)}); ${times}`;
}

/** Whether a contrast is good for the level that is not the baseline: null if nobody can say. */
export function isBetter({ metric, difference, isShown }: Contrast): boolean | null {
  if (!isShown || metric.better === null || difference.mean === 0) return null;
  return metric.better === 'less' ? difference.mean < 0 : difference.mean > 0;
}

/** All of it, and how it was tested. */
export function verdictLines({ contrasts, confidence }: Comparison): string[] {
  if (contrasts.length === 0) return [];
  const tested = contrasts.filter(({ adjusted }) => adjusted !== null).length;
  const level = `${digits(100 * confidence).replace(/\.0$/, '')} %`;
  const holms = tested > 1 ? `, Holm's correction over ${tested} comparisons` : '';
  const how = `paired by seed, Student's t, intervals of ${level}${holms}`;
  return [...contrasts.map(sentenceOf), ...(tested > 0 ? [`(${how})`] : [])];
}
