/**
 * Owns the picture of a metric: its mean with its confidence interval along one factor, a series for each
 * combination of the others. Pure.
 */
import { cellName } from '../levels.ts';
import type { CellOutcome, Outcome } from '../outcome.ts';
import type { MetricInfo } from '../run-result.ts';
import type { Summary } from '../statistics.ts';
import { linearAxis } from './axis.ts';
import {
  bottomLabels,
  element,
  type Frame,
  frameOf,
  leftAxis,
  legend,
  line,
  MOST_SERIES,
  svg,
  yOf,
} from './svg.ts';

interface Series {
  readonly name: string;
  readonly cells: readonly CellOutcome[];
}

/** The factor along which things are drawn: one of numbers, if there is one; null if there are no factors. */
function alongOf({ plan, comparison }: Outcome): { name: string; labels: readonly string[] } | null {
  const several = plan.factors.filter(({ labels }) => labels.length > 1);
  const isNumeric = ({ labels }: { labels: readonly string[] }): boolean =>
    labels.every((text) => text !== '' && Number.isFinite(Number(text)));
  return (
    several.find((factor) => isNumeric(factor) && factor.name !== comparison?.factor) ??
    several.find(({ name }) => name === comparison?.factor) ??
    several[0] ??
    plan.factors[0] ??
    null
  );
}

function seriesOf({ cells }: Outcome, along: string): Series[] {
  const series = new Map<string, CellOutcome[]>();
  for (const cell of cells) {
    const others = Object.entries(cell.labels).filter(([name]) => name !== along);
    const name = others.length === 0 ? '' : cellName(Object.fromEntries(others));
    const found = series.get(name);
    if (found === undefined) series.set(name, [cell]);
    else found.push(cell);
  }
  return [...series].map(([name, members]) => ({ name, cells: members }));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

function mark({ x, y, low, high }: Place): string {
  const whisker = { class: 'whisker' };
  const ends =
    low === high ? '' : line(x - 4, low, x + 4, low, whisker) + line(x - 4, high, x + 4, high, whisker);
  const bar = low === high ? '' : line(x, low, x, high, whisker);
  return bar + ends + element('circle', { cx: x, cy: y, r: 3.5 });
}

/** Null if nothing was measured. */
export function factorPlot(outcome: Outcome, { name, title, unit }: MetricInfo): string | null {
  const along = alongOf(outcome);
  if (along === null) return null;
  const all = seriesOf(outcome, along.name);
  const series = all.slice(0, MOST_SERIES);
  const summaries = series.flatMap(({ cells }) => cells.flatMap((cell) => cell.summaries[name] ?? []));
  if (summaries.length === 0) return null;
  const axis = linearAxis(
    summaries.flatMap(({ mean, half }) => [mean - (mean >= 0 ? 0 : (half ?? 0)), mean + (half ?? 0)]),
    unit,
  );
  const frame = frameOf(axis);
  const isLine = along.labels.every((text) => Number.isFinite(Number(text)));
  const room = (frame.right - frame.left) / along.labels.length;
  const middle = (label: string): number => frame.left + room * (along.labels.indexOf(label) + 0.5);
  // Side by side, so that whiskers do not hide each other.
  const apart = Math.min(12, (room * 0.8) / series.length);
  const drawn = series.map(({ cells }, at) => {
    const places = cells.flatMap((cell): Place[] => {
      const summary = cell.summaries[name] ?? null;
      const x = middle(cell.labels[along.name]) + (at - (series.length - 1) / 2) * apart;
      return summary === null ? [] : [placeOf(frame, axis, x, summary)];
    });
    const points = places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
    const joined = isLine && places.length > 1 ? element('polyline', { points }) : '';
    return element('g', { class: `s${at}` }, joined + places.map(mark).join(''));
  });
  const labels = bottomLabels(
    frame,
    along.labels.map((label) => [middle(label), label]),
    along.name,
  );
  const names =
    series.length === 1 && series[0].name === ''
      ? ''
      : legend(
          series.map((each) => each.name),
          all.length - series.length,
        );
  return svg(frame, title, leftAxis(frame, axis) + labels + drawn.join('')) + names;
}

function placeOf(
  frame: Frame,
  axis: ReturnType<typeof linearAxis>,
  x: number,
  { mean, half }: Summary,
): Place {
  const y = yOf(frame, axis, mean);
  // What is below the axis is cut off, not drawn outside.
  const end = (value: number): number =>
    Math.min(frame.bottom, Math.max(frame.top - 10, yOf(frame, axis, value)));
  return { x, y, low: end(mean - (half ?? 0)), high: end(mean + (half ?? 0)) };
}
