/**
 * Owns the outcome as CSV, in the long format that statistics programs like: a line for each value. Pure.
 */
import type { Outcome } from './outcome.ts';
import { PARTS } from './run-result.ts';

function field(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Row = readonly (string | number)[];

/** Columns: run, repetition, seed, each factor, scope (run, task or cpu), of what, metric, value, unit. */
export function csvOf({ plan, runs, metrics }: Outcome): string {
  const factors = plan.factors.map(({ name }) => name);
  const rows: Row[] = [['run', 'repetition', 'seed', ...factors, 'scope', 'of', 'metric', 'value', 'unit']];
  for (const { index, repetition, seed, labels, values, tasks, cpus } of runs) {
    const start = [index + 1, repetition, seed, ...factors.map((factor) => labels[factor])];
    for (const { name, unit } of metrics) {
      const value = values[name] ?? null;
      if (value !== null) rows.push([...start, 'run', '', name, value, unit]);
    }
    for (const { name, wakeup, response, ...counters } of tasks) {
      for (const [metric, value] of Object.entries(counters))
        rows.push([...start, 'task', name, metric, value, metric.endsWith('Ns') ? 'ns' : '1']);
      for (const [metric, times] of Object.entries({ wakeup, response }))
        for (const [at, value] of (times ?? []).entries())
          rows.push([...start, 'task', name, `${metric}.p${+(100 * PARTS[at]).toFixed(1)}`, value, 'ns']);
    }
    for (const { cpu, utilisation, overhead, switches } of cpus) {
      rows.push([...start, 'cpu', cpu, 'utilisation', 100 * utilisation, '%']);
      rows.push([...start, 'cpu', cpu, 'overhead', 100 * overhead, '%']);
      rows.push([...start, 'cpu', cpu, 'switches', switches, '1']);
    }
  }
  return rows.map((row) => `${row.map(field).join(',')}\n`).join('');
}
