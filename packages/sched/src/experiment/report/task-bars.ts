/**
 * Owns the picture of tasks: a bar for each task and combination of levels, the mean of its repetitions, for
 * the tasks that have most of it. Pure.
 */
import { cellName } from '../levels.ts';
import type { CellOutcome, Outcome } from '../outcome.ts';
import { quantity } from '../quantity.ts';
import type { RunResult, TaskRow } from '../run-result.ts';
import { linearAxis } from './axis.ts';
import { element, escaped, label, legend, line, MOST_SERIES, svg, widthOf } from './svg.ts';

const MOST_TASKS = 16;
const LONGEST_NAME = 18;
const BAR = 9;

/** What is drawn of a task in a run. */
export type TaskValue = (task: TaskRow, run: RunResult) => number;

function meanOf({ runs }: CellOutcome, name: string, value: TaskValue): number {
  const finished = runs.filter(({ measuredNs }) => measuredNs > 0);
  if (finished.length === 0) return 0;
  const values = finished.map((run) => {
    const task = run.tasks.find((each) => each.name === name);
    return task === undefined ? 0 : value(task, run);
  });
  return values.reduce((sum, each) => sum + each, 0) / finished.length;
}

/** Null if there are no tasks. */
export function taskBars(
  { cells, runs }: Outcome,
  title: string,
  unit: string,
  value: TaskValue,
): string | null {
  const series = cells.slice(0, MOST_SERIES);
  const names = [...new Set(runs.flatMap(({ tasks }) => tasks.map(({ name }) => name)))];
  const rows = names.map((name) => ({ name, values: series.map((cell) => meanOf(cell, name, value)) }));
  const most = ({ values }: { values: readonly number[] }): number => Math.max(...values);
  const chosen = rows.toSorted((a, b) => most(b) - most(a)).slice(0, MOST_TASKS);
  if (chosen.length === 0) return null;
  const axis = linearAxis(
    chosen.flatMap(({ values }) => values),
    unit,
  );
  const shortName = (name: string): string =>
    name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const left = Math.max(...chosen.map(({ name }) => widthOf(shortName(name)))) + 12;
  const rowHeight = series.length * BAR + 8;
  const [width, top] = [560, 8];
  const bottom = top + chosen.length * rowHeight;
  const right = width - 60;
  const x = (amount: number): number => left + axis.at(amount) * (right - left);
  const grid = axis.ticks.map((tick) => {
    const text = label(x(tick.value), bottom + 14, tick.label, { 'text-anchor': 'middle' });
    return line(x(tick.value), top, x(tick.value), bottom, { class: 'grid' }) + text;
  });
  const bars = chosen.map(({ name, values }, row) => {
    const y = top + row * rowHeight + 4;
    const named = label(left - 6, y + (series.length * BAR) / 2 + 4, shortName(name), {
      'text-anchor': 'end',
    });
    const drawn = values.map((amount, at) => {
      const place = { x: left, y: y + at * BAR, width: Math.max(0, x(amount) - left), height: BAR - 1 };
      const text = `${name}, ${cellName(series[at].labels)}: ${quantity(amount, unit)}`;
      return element('g', { class: `s${at}` }, element('rect', place, element('title', {}, escaped(text))));
    });
    return named + drawn.join('');
  });
  const counted = label((left + right) / 2, bottom + 30, axis.unit, {
    'text-anchor': 'middle',
    class: 'unit',
  });
  const unseen = names.length - chosen.length;
  const note =
    unseen > 0 ? `<p class="note">The ${chosen.length} of ${names.length} tasks with most of it.</p>` : '';
  const cellNames = legend(
    series.map((cell) => cellName(cell.labels)),
    cells.length - series.length,
  );
  return (
    svg({ width, height: bottom + 38 }, title, grid.join('') + bars.join('') + counted) + cellNames + note
  );
}
