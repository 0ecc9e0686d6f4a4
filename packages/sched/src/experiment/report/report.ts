/**
 * Owns the report: one HTML page that needs nothing else, light or dark as its reader likes: what was asked,
 * what it says, tables, pictures, and the command that makes it again. Pure.
 */
import { cellName } from '../levels.ts';
import type { Outcome } from '../outcome.ts';
import { interval } from '../quantity.ts';
import { verdictLines } from '../verdict.ts';
import { curvePlot } from './curve-plot.ts';
import { factorPlot } from './factor-plot.ts';
import { STYLE } from './style.ts';
import { escaped } from './svg.ts';
import { taskBars } from './task-bars.ts';

export interface ReportOrigin {
  /** The command that makes it again. */
  readonly command: string;
  /** Name of the spec, and its text. */
  readonly file: string;
  readonly spec: string;
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${escaped(title)}</h2>${content}</section>`;
}

function figure(title: string, content: string | null): string {
  return content === null ? '' : `<figure><figcaption>${escaped(title)}</figcaption>${content}</figure>`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>${lines.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
}

function verdicts({ comparison }: Outcome): string {
  const lines = comparison === null ? [] : verdictLines(comparison);
  if (lines.length === 0) return '';
  const how = lines.at(-1) ?? '';
  return `${list(lines.slice(0, -1))}<p class="note">${escaped(how)}</p>`;
}

function table({ shown, cells }: Outcome): string {
  const head = cells.map(({ labels }) => `<th>${escaped(cellName(labels))}</th>`).join('');
  const rows = shown.map(({ name, title, unit }) => {
    const entries = cells.map(({ summaries }) => {
      const summary = summaries[name] ?? null;
      return `<td>${summary === null ? '–' : escaped(interval(summary.mean, summary.half, unit))}</td>`;
    });
    return `<tr><th>${escaped(title)}</th>${entries.join('')}</tr>`;
  });
  return `<div class="wide"><table><tr><th></th>${head}</tr>${rows.join('')}</table></div>`;
}

function found({ findings }: Outcome): string {
  return list(
    findings.map(({ verdict, message, run }) => {
      const place = `${cellName(run.labels)}, repetition ${run.repetition}, seed ${run.seed}`;
      return `${verdict} in ${place}: ${message}`;
    }),
  );
}

function pictures(outcome: Outcome): string {
  const plots = outcome.shown.map((metric) => figure(metric.title, factorPlot(outcome, metric)));
  return `<div class="plots">${plots.join('')}</div>`;
}

function curves(outcome: Outcome): string {
  const wanted = { wakeup: 'wakeup latency', wait: 'wait for a CPU', response: 'response time' };
  const plots = Object.entries(wanted).map(([name, title]) =>
    figure(`${title}: part not above`, curvePlot(outcome, name, title)),
  );
  return plots.every((plot) => plot === '') ? '' : `<div class="plots">${plots.join('')}</div>`;
}

function tasks(outcome: Outcome): string {
  const ran = taskBars(
    outcome,
    'time on CPUs',
    '%',
    ({ runNs }, { measuredNs }) => (100 * runNs) / measuredNs,
  );
  const waited = taskBars(outcome, 'longest wait', 'ns', ({ longestWaitNs }) => longestWaitNs);
  if (ran === null) return '';
  const figures =
    figure('time on CPUs, of the time measured', ran) + figure('longest wait for a CPU', waited);
  return `<div class="plots">${figures}</div>`;
}

export function reportHtml(outcome: Outcome, { command, file, spec }: ReportOrigin): string {
  const { plan, runs, warnings } = outcome;
  const counted = `${runs.length} runs, ${plan.repetitions} of each combination of levels, seed ${plan.seed}`;
  const body = [
    `<h1>${escaped(plan.name)}</h1>`,
    plan.description === '' ? '' : `<p>${escaped(plan.description)}</p>`,
    `<p>${counted}; after ± the ${100 * plan.confidence} % confidence interval of the mean.</p>`,
    `<p>Made by</p><pre>${escaped(command)}</pre>`,
    section('What it says', verdicts(outcome)),
    section('What went wrong', found(outcome)),
    section('Warnings', list(warnings)),
    section('Figures', table(outcome)),
    section('Along the factors', pictures(outcome)),
    section('Distributions', curves(outcome)),
    section('Tasks', tasks(outcome)),
    section(file, `<pre>${escaped(spec)}</pre>`),
    '<p class="note">Every value of every run, task and CPU is in data.csv.</p>',
  ];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`;
  const title = `<title>${escaped(plan.name)}</title>`;
  const content = body.filter((part) => part !== '').join('\n');
  const page = `<head>${head}${title}<style>${STYLE}</style></head>\n<body>\n${content}\n</body>`;
  return `<!doctype html>\n<html lang="en">${page}</html>\n`;
}
