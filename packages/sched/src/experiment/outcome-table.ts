/**
 * Owns the outcome as a person reads it at a terminal: a row for each metric, a column for each combination
 * of levels, as many beside each other as the page has room for; then what the comparison says. Pure.
 */
import { cellName } from './levels.ts';
import type { CellOutcome, Outcome } from './outcome.ts';
import { interval } from './quantity.ts';
import { verdictLines } from './verdict.ts';

function entry(cell: CellOutcome, metric: string, unit: string): string {
  const summary = cell.summaries[metric] ?? null;
  return summary === null ? '-' : interval(summary.mean, summary.half, unit);
}

/** Columns of text, the first to the left, the others to the right. */
function aligned(columns: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column) => Math.max(...column.map((text) => text.length)));
  return columns[0].map((_, row) =>
    columns
      .map((column, at) => (at === 0 ? column[row].padEnd(widths[at]) : column[row].padStart(widths[at])))
      .join('  ')
      .trimEnd(),
  );
}

/** A line broken at spaces, further lines indented. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** The tables of an outcome, for a page of some width. */
function tableText({ shown, cells }: Outcome, width: number): string[] {
  const titles = ['', ...shown.map(({ title }) => title)];
  const columns = cells.map((cell) => [
    cellName(cell.labels),
    ...shown.map(({ name, unit }) => entry(cell, name, unit)),
  ]);
  const tables: string[] = [];
  for (let at = 0; at < columns.length;) {
    const chosen = [titles];
    do chosen.push(columns[at++]);
    while (at < columns.length && aligned([...chosen, columns[at]]).every((line) => line.length <= width));
    tables.push(aligned(chosen).join('\n'));
  }
  return tables;
}

/** All of it. */
export function outcomeText(outcome: Outcome, width: number): string {
  const { plan, runs, comparison } = outcome;
  const seeds = `seed ${plan.seed}`;
  const head = `${plan.name}: ${runs.length} runs, ${plan.repetitions} of each combination, ${seeds}`;
  const blocks = [head, ...(shownOf(outcome) ? tableText(outcome, width) : [])];
  const says = comparison === null ? [] : verdictLines(comparison);
  if (says.length > 0) blocks.push(says.map((line) => wrapped(line, width)).join('\n'));
  return blocks.join('\n\n');
}

function shownOf({ shown, cells }: Outcome): boolean {
  return shown.length > 0 && cells.length > 0;
}
