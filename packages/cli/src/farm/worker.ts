/**
 * Owns a worker that runs experiments: their code never runs on the main thread. Run by piscina.
 */
import { ExperimentError, planOf, runOf, tryParts } from '@smplab/sched';
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
  if (task.kind === 'run') return { kind: 'run', result: runOf(given, overrides, task.run, read) };
  const plan = planOf(given, overrides);
  tryParts(given, overrides, read);
  return { kind: 'plan', plan };
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
