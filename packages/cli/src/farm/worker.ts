/**
 * Owns a worker that runs experiments: their code never runs on the main thread. Run by piscina.
 */
import { writeFileSync } from 'node:fs';
import { ExperimentError, planOf, runOf, type RunResult, TraceRecorder, tryParts } from '@smplab/sched';
import { writeTraceFile } from '@smplab/trace';
import { atPlace, type LoadedSpec, loadSpec, SpecRefused } from './experiment-file.ts';
import type { ExperimentAnswer, ExperimentTask } from './experiment-task.ts';

process.setSourceMapsEnabled(true);
// What a spec prints must not mix with results: `--json` promises one value on stdout and nothing else.
const { stderr } = process;
Object.defineProperty(process.stdout, 'write', { value: stderr.write.bind(stderr) });

/** Errors that are answers to bad input: of machines, tasks and workloads. */
const INPUT_ERRORS = new Set(['TopologyError', 'WorkloadError', 'TaskError', 'ProgramError', 'PolicyError']);

const loaded = new Map<string, Promise<LoadedSpec>>();

/** The entry point that piscina calls. */
export async function work(task: ExperimentTask): Promise<ExperimentAnswer> {
  try {
    return await answer(task);
  } catch (error) {
    return failed(task, error);
  }
}

async function answer(task: ExperimentTask): Promise<ExperimentAnswer> {
  const { target, overrides } = task;
  let spec = loaded.get(target.path);
  if (spec === undefined) loaded.set(target.path, (spec = loadSpec(target)));
  const { spec: given, read } = await spec;
  if (task.kind === 'run') return { kind: 'run', result: made(task, given, read) };
  const plan = planOf(given, overrides);
  tryParts(given, overrides, read);
  return { kind: 'plan', plan };
}

function made(
  { run, overrides, trace }: Extract<ExperimentTask, { kind: 'run' }>,
  spec: LoadedSpec['spec'],
  read: LoadedSpec['read'],
): RunResult {
  if (trace === undefined) return runOf(spec, overrides, run, read);
  let recorder: TraceRecorder | null = null;
  const result = runOf(spec, overrides, run, read, (topology) => {
    return (recorder = new TraceRecorder(spec.name, topology));
  });
  const recorded = recorder as TraceRecorder | null;
  const description = { ...result.labels, seed: String(run.seed) };
  if (recorded !== null) writeFileSync(trace, writeTraceFile(recorded.trace(description)));
  return result;
}

function where({ target, ...task }: ExperimentTask): string {
  return task.kind === 'run' ? `${target.file}, run ${task.run.index + 1}` : target.file;
}

function failed(task: ExperimentTask, error: unknown): ExperimentAnswer {
  if (error instanceof SpecRefused) return { kind: 'refused', message: error.message };
  if (error instanceof ExperimentError)
    return { kind: 'refused', message: atPlace(task.target, error).message };
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  if (INPUT_ERRORS.has(name)) return { kind: 'refused', message: `${where(task)}: ${message}` };
  // Code of the spec that throws: say where, if it was there.
  const place = stack.split('\n').find((line) => line.includes(task.target.path));
  if (place === undefined) return { kind: 'broken', message, stack };
  const line = /:(\d+):\d+\)?$/.exec(place)?.[1] ?? '?';
  return { kind: 'refused', message: `${task.target.file}:${line}: ${name}: ${message}` };
}
