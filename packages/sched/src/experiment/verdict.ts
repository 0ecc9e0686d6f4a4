/**
 * Owns what a comparison says in plain words. Pure.
 */
import type { Comparison, Contrast } from './comparison.ts';
import { cellName } from './levels.ts';
import { digits, quantity } from './quantity.ts';

function repetitions(count: number): string {
  return `${count} ${count === 1 ? 'repetition' : 'repetitions'}`;
}

/** A difference, as a part of the baseline or by itself, and the ends of its interval; of either sign. */
interface Shift {
  readonly by: number;
  readonly from: number;
  readonly to: number;
  readonly half: number | null;
}

function shiftOf({ difference, logarithms }: Contrast): Shift {
  const { mean, half } = logarithms ?? difference;
  const said = (value: number): number => (logarithms === null ? value : 100 * (Math.exp(value) - 1));
  return { by: said(mean), from: said(mean - (half ?? 0)), to: said(mean + (half ?? 0)), half };
}

function unitOf({ metric, logarithms }: Contrast): string {
  if (logarithms !== null) return '%';
  return metric.unit === '%' ? 'points' : metric.unit;
}

/** How much it is, without its sign. */
function amount(contrast: Contrast, value: number): string {
  return quantity(Math.abs(value), unitOf(contrast));
}

/** `28 to 34 %`: the interval of a difference whose sign is known, least first. */
function between(contrast: Contrast, { from, to }: Shift): string {
  const ends = [from, to].sort((a, b) => Math.abs(a) - Math.abs(b)).map((end) => amount(contrast, end));
  const unit = ends[1].replace(/^[\d.,e+-]+/, '');
  const isSame = unit !== '' && ends[0].replace(/^[\d.,e+-]+/, '') === unit;
  return isSame ? `${ends[0].slice(0, -unit.length)} to ${ends[1]}` : ends.join(' to ');
}

/** `3 % lower to 4 % higher`. */
function eitherWay(contrast: Contrast, { from, to }: Shift): string {
  const end = (value: number): string => `${amount(contrast, value)} ${value < 0 ? 'lower' : 'higher'}`;
  return `${end(from)} to ${end(to)}`;
}

function values({ metric, mean, baselineMean }: Contrast): string {
  return `${quantity(mean, metric.unit)} against ${quantity(baselineMean, metric.unit)}`;
}

function place({ where }: Contrast): string {
  return Object.keys(where).length === 0 ? '' : `${cellName(where)}: `;
}

/** A level that does not name itself is named with its factor. */
function subjectOf({ factor, level }: Contrast): string {
  return /^(?!(?:true|false)$)\p{L}/u.test(level) ? level : `${factor} ${level}`;
}

/** Nothing differs in any repetition. */
function isSame({ difference }: Contrast): boolean {
  return difference.less === 0 && difference.more === 0;
}

/** A contrast as a sentence. */
export function sentenceOf(contrast: Contrast): string {
  const { metric, baseline, difference, adjusted, isShown, mean } = contrast;
  const level = subjectOf(contrast);
  const { count, less, more } = difference;
  const what = metric.title;
  const start = place(contrast);
  if (isSame(contrast))
    return `${start}${level} has the same ${what} as ${baseline} (${quantity(mean, metric.unit)})`;
  const shift = shiftOf(contrast);
  const way = shift.by < 0 ? 'lower' : 'higher';
  const compared = `${amount(contrast, shift.by)} ${way} ${what} than ${baseline} (${values(contrast)})`;
  if (shift.half === null || adjusted === null)
    return `${start}${level} has ${compared} in one repetition, which shows nothing`;
  if (!isShown) {
    const size = `${eitherWay(contrast, shift)} than ${baseline}`;
    const isNear = shift.from < 0 === shift.to < 0;
    const why = isNear ? `${repetitions(count)} among so many comparisons` : repetitions(count);
    const nothing = `${start}no difference can be shown with ${why}`;
    return `${nothing}: ${what} of ${level} is ${size} (${values(contrast)})`;
  }
  const range = shift.half === 0 ? '' : ` (${between(contrast, shift)})`;
  const times = `${shift.by < 0 ? less : more} of ${repetitions(count)}`;
  return (
    `${start}${level} has ${amount(contrast, shift.by)}${range} ${way} ${what} than ${baseline} ` +
    `(${values(contrast)}); ${times}`
  );
}

/** All of it, and how it was tested. */
export function verdictLines({ contrasts, confidence }: Comparison): string[] {
  if (contrasts.length === 0) return [];
  const tested = contrasts.filter(({ adjusted }) => adjusted !== null).length;
  const level = `${digits(100 * confidence).replace(/\.0$/, '')} %`;
  const holms = tested > 1 ? `, Holm's correction over ${tested} comparisons` : '';
  const how = `paired by seed; Student's t, for percentages on logarithms; intervals of ${level}${holms}`;
  // That nothing of something is the same everywhere says nothing.
  const said = contrasts.filter((contrast) => !(isSame(contrast) && contrast.mean === 0));
  return [...said.map(sentenceOf), ...(tested > 0 && said.length > 0 ? [`(${how})`] : [])];
}
