/** Owns the shape of what the benchmark measures (contracts.md, section 4) and its table. Pure. */

export interface BenchRow {
  readonly area: string;
  readonly case: string;
  /**
   * `steps per CPU second`, or `random: steps per CPU second` where several ways of doing it are compared.
   */
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

/** A value with its unit, unless the metric begins with that: "schedules to first failure" needs none. */
function shown({ value, unit, metric }: BenchRow): string {
  const digits = value >= 10 || Number.isInteger(value) ? 0 : 2;
  const text = value.toFixed(digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const [noun] = unit.split('/');
  return split(metric).what.startsWith(noun) ? text : `${text} ${unit}`;
}

function split(metric: string): { way: string; what: string } {
  const at = metric.indexOf(': ');
  return at < 0 ? { way: '', what: metric } : { way: metric.slice(0, at), what: metric.slice(at + 2) };
}

/** A line for each case and way, a column for each metric. */
export function benchTable(rows: readonly BenchRow[]): string {
  const columns = ['area', 'case', '', ...new Set(rows.map((row) => split(row.metric).what))];
  const lines = new Map<string, string[]>();
  for (const row of rows) {
    const { way, what } = split(row.metric);
    const key = [row.area, row.case, way].join('\n');
    const line = lines.get(key) ?? [row.area, row.case, way, ...columns.slice(3).map(() => '')];
    line[columns.indexOf(what, 3)] = shown(row);
    lines.set(key, line);
  }
  const table = [columns, ...lines.values()];
  const widths = columns.map((_, i) => Math.max(...table.map((line) => line[i].length)));
  return table
    .map((line) => line.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}
