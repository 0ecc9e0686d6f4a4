/**
 * Owns the picture of how times are distributed: for each combination of levels the part of them that is not
 * above a time, the mean of its repetitions at each part. Pure.
 */
import { cellName } from '../levels.ts';
import type { CellOutcome, Outcome } from '../outcome.ts';
import { CURVE_PARTS } from '../run-result.ts';
import { linearAxis, timeAxis } from './axis.ts';
import { bottomLabels, element, frameOf, leftAxis, legend, line, MOST_SERIES, svg, yOf } from './svg.ts';

/** Times at CURVE_PARTS; null if there are none. */
function curveOf({ runs }: CellOutcome, name: string): number[] | null {
  const curves = runs.flatMap((run) => (Object.hasOwn(run.curves, name) ? [run.curves[name]] : []));
  if (curves.length === 0) return null;
  return CURVE_PARTS.map((_, at) => curves.reduce((sum, curve) => sum + curve[at], 0) / curves.length);
}

/** Null if nothing was measured. */
export function curvePlot({ cells }: Outcome, name: string, title: string): string | null {
  const all = cells.flatMap((cell) => {
    const curve = curveOf(cell, name);
    return curve === null ? [] : [{ name: cellName(cell.labels), curve }];
  });
  const series = all.slice(0, MOST_SERIES);
  if (series.length === 0) return null;
  const across = timeAxis(series.flatMap(({ curve }) => curve));
  const up = linearAxis([0, 100], '%');
  const frame = frameOf(up);
  const x = (ns: number): number => frame.left + across.at(ns) * (frame.right - frame.left);
  const grid = across.ticks.map(({ value }) =>
    line(x(value), frame.top, x(value), frame.bottom, { class: 'grid' }),
  );
  const drawn = series.map(({ curve }, at) => {
    const points = curve.map(
      (ns, part) => `${x(ns).toFixed(1)},${yOf(frame, up, 100 * CURVE_PARTS[part]).toFixed(1)}`,
    );
    return element('g', { class: `s${at}` }, element('polyline', { points: points.join(' ') }));
  });
  const labels = bottomLabels(
    frame,
    across.ticks.map((tick) => [x(tick.value), tick.label]),
    title,
  );
  const names = legend(
    series.map((each) => each.name),
    all.length - series.length,
  );
  return svg(frame, title, leftAxis(frame, up) + grid.join('') + labels + drawn.join('')) + names;
}
