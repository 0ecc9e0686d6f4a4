/**
 * Owns `smplab experiment`: runs an experiment on workers and shows what has come of it; status 1 if a task
 * starved, time stood still, or a policy did what none may. The outcome goes to stdout, all else to stderr.
 */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import {
  cellName,
  csvOf,
  type FoundIn,
  type Outcome,
  outcomeJson,
  outcomeOf,
  outcomeText,
  type Overrides,
  type Plan,
  type RunResult,
} from '@smplab/sched';
import type { ExperimentTarget } from '../farm/experiment-task.ts';
import { ReportFolder } from '../experiment-report.ts';
import { RunFarm } from '../farm/run-farm.ts';
import { Interrupt } from '../interrupt.ts';
import { loaderUrl, prepare } from '../loader/loader-url.ts';
import { ProgressLine } from '../progress-line.ts';
import { Refusal, STATUS } from '../refusal.ts';
import { ownInvocation, shellCommand } from '../shell-command.ts';
import { pageWidth, print } from '../terminal.ts';
import { exportCommand, traceFile } from '../trace-file.ts';

export interface ExperimentFlags {
  readonly repetitions?: number;
  readonly seed?: number;
  /** Seconds of virtual time. */
  readonly duration?: number;
  readonly only?: readonly string[];
  readonly workers?: number;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly report?: string;
  /** A file for the trace of the first run. */
  readonly trace?: string;
}

const KINDS = /\.(?:m?[jt]s|json)$/;

function targetOf(argument: string): ExperimentTarget {
  const path = resolve(argument);
  let isFile: boolean;
  try {
    isFile = statSync(path).isFile();
  } catch {
    throw new Refusal(`there is no file ${argument}`);
  }
  if (!isFile) throw new Refusal(`${argument} is a folder, not an experiment`);
  if (!KINDS.test(path))
    throw new Refusal(`${argument} is not an experiment: those end in .ts, .mts, .js, .mjs or .json`);
  return { path, file: relative(process.cwd(), path), loader: loaderUrl() };
}

function onlyOf(given: readonly string[] = []): Record<string, string[]> {
  const only: Record<string, string[]> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new Refusal(`--only ${text}: FACTOR=LEVEL is needed, as in --only policy=rr`);
    (only[text.slice(0, at)] ??= []).push(text.slice(at + 1));
  }
  return only;
}

function overridesOf({ repetitions, seed, duration, only }: ExperimentFlags): Overrides {
  return {
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(seed === undefined ? {} : { seed }),
    ...(duration === undefined ? {} : { durationNs: Math.round(duration * 1e9) }),
    only: onlyOf(only),
  };
}

/** The command that makes one run again, and no other. */
function rerunCommand(file: string, { labels, seed }: RunResult, flags: ExperimentFlags): string {
  const only = Object.entries(labels).flatMap(([factor, label]) => ['--only', `${factor}=${label}`]);
  const duration = flags.duration === undefined ? [] : ['--duration', String(flags.duration)];
  const seeds = ['--seed', String(seed), '--repetitions', '1'];
  return shellCommand(ownInvocation(), ['experiment', file, ...only, ...seeds, ...duration]);
}

/** The command that makes all of it again. */
function againCommand(
  file: string,
  { repetitions, seed, duration, only = [], report }: ExperimentFlags,
): string {
  const valued = Object.entries({ repetitions, seed, duration, report });
  const options = valued.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return shellCommand(ownInvocation(), [
    'experiment',
    file,
    ...only.flatMap((text) => ['--only', text]),
    ...options,
  ]);
}

function findingText(file: string, { verdict, message, run }: FoundIn, flags: ExperimentFlags): string {
  const place = `${cellName(run.labels)}, repetition ${run.repetition}, seed ${run.seed}`;
  return `✗ ${verdict} in ${place}: ${message}\n  only this run: ${rerunCommand(file, run, flags)}`;
}

const MOST_FINDINGS = 5;

function findingTexts(file: string, { findings }: Outcome, flags: ExperimentFlags): string {
  const texts = findings.slice(0, MOST_FINDINGS).map((finding) => findingText(file, finding, flags));
  const left = findings.length - texts.length;
  return [...texts, ...(left > 0 ? [`and ${left} more; --json has them all`] : [])].join('\n');
}

function listText({ name, runs, cells, metrics }: Plan): string {
  const lines = runs.map(({ index, cell, repetition, seed }) => {
    return `${index + 1}  ${cellName(cells[cell].labels)}  repetition ${repetition}  seed ${seed}`;
  });
  const known = metrics.map((metric) => `${metric.name} (${metric.title})`).join(', ');
  return `${name}: ${runs.length} runs\n${lines.join('\n')}\nmetrics: ${known}`;
}

async function allRuns(
  farm: RunFarm,
  plan: Plan,
  interrupt: Interrupt,
  trace?: string,
): Promise<RunResult[]> {
  const progress = new ProgressLine(process.stderr);
  const began = performance.now();
  let done = 0;
  const show = (): void => {
    const elapsedSeconds = (performance.now() - began) / 1000;
    progress.count(plan.name, 'runs', { done, planned: plan.runs.length, elapsedSeconds });
  };
  const timer = setInterval(show, 250);
  try {
    return await farm.run(plan.runs, interrupt.signal, () => done++, trace);
  } finally {
    clearInterval(timer);
    progress.clear();
  }
}

async function show(file: string, outcome: Outcome, flags: ExperimentFlags): Promise<void> {
  if (flags.json === true) await print(JSON.stringify(outcomeJson(outcome), null, 2));
  else if (flags.csv === true) await print(csvOf(outcome).trimEnd());
  else {
    await print(outcomeText(outcome, pageWidth(process.stdout, process.env)));
    if (outcome.findings.length > 0) await print(`\n${findingTexts(file, outcome, flags)}`);
  }
  if (flags.json !== true) for (const text of outcome.warnings) process.stderr.write(`smplab: ${text}\n`);
}

function tellTrace(file: string, { runs }: Outcome): void {
  if (runs.length === 0) return;
  const { labels, seed } = runs[0];
  const command = exportCommand(file, '--format', 'perfetto', '--out', `${file}.perfetto`);
  process.stderr.write(`wrote ${file}: ${cellName(labels)}, seed ${seed}; for a timeline: ${command}\n`);
}

/** Runs the command; gives its exit status. */
export async function experiment(argument: string, flags: ExperimentFlags): Promise<number> {
  if (flags.json === true && flags.csv === true) throw new Refusal('--json and --csv: one of them');
  const target = targetOf(argument);
  const report = flags.report === undefined ? null : new ReportFolder(flags.report);
  const farm = new RunFarm(target, overridesOf(flags), flags.workers ?? availableParallelism());
  const interrupt = new Interrupt();
  try {
    const [plan] = await Promise.all([farm.plan(), prepare(target.path)]);
    if (flags.list === true) {
      await print(listText(plan));
      return STATUS.clean;
    }
    const trace = flags.trace === undefined ? undefined : traceFile(flags.trace);
    const outcome = outcomeOf(plan, await allRuns(farm, plan, interrupt, trace));
    await show(target.file, outcome, flags);
    if (flags.trace !== undefined) tellTrace(flags.trace, outcome);
    if (report !== null) {
      const files = report.save(outcome, target, againCommand(target.file, flags));
      process.stderr.write(`wrote ${files.join(', ')}\n`);
    }
    if (interrupt.isRaised) process.stderr.write('smplab: interrupted; this is what was found so far\n');
    return outcome.findings.length > 0 ? STATUS.finding : STATUS.clean;
  } finally {
    interrupt.dispose();
    await farm.close();
  }
}
