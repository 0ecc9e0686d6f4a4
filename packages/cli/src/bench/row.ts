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

function shown({ value, unit }: BenchRow): string {
  if (value >= 1000) return `${String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')} ${unit}`;
  return `${value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2)} ${unit}`;
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
