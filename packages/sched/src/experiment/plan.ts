/**
 * Owns the order of the runs of an experiment, and what is the same among all of them. Repetition n has the
 * same seed whatever the levels are (common random numbers), so that levels can be compared pair by pair.
 */
import { metricsOf } from './metric-list.ts';
import { type Cell, cellName, cellsOf } from './levels.ts';
import { type Recording, runOnce } from './run.ts';
import type { MetricInfo, RunPlan, RunResult } from './run-result.ts';
import { grainOf } from './grain.ts';
import {
  costsOf,
  machineOf,
  makesPolicy,
  partOf,
  policyOf,
  type ReadFile,
  timeOf,
  workloadsOf,
} from './setup.ts';
import { ExperimentError, type ExperimentSpec } from './spec.ts';

/** What may be asked for otherwise than a spec has it. */
export interface Overrides {
  readonly repetitions?: number;
  readonly seed?: number;
  readonly durationNs?: number;
  readonly only?: Readonly<Record<string, readonly string[]>>;
}

export interface Plan {
  readonly name: string;
  readonly description: string;
  readonly repetitions: number;
  readonly seed: number;
  readonly confidence: number;
  readonly cells: readonly Pick<Cell, 'index' | 'labels'>[];
  /** Factors with more levels than one, and those that are numbers. */
  readonly factors: readonly { readonly name: string; readonly labels: readonly string[] }[];
  readonly metrics: readonly MetricInfo[];
  readonly shown: readonly string[] | null;
  readonly compare: ExperimentSpec['compare'] | null;
  readonly runs: readonly RunPlan[];
}

const REPETITIONS = 5;

/** The spec with what is asked for otherwise. */
function overridden(spec: ExperimentSpec, { durationNs }: Overrides): ExperimentSpec {
  return durationNs === undefined ? spec : { ...spec, durationNs };
}

export function planOf(spec: ExperimentSpec, overrides: Overrides): Plan {
  const { repetitions = spec.repetitions ?? REPETITIONS, seed = spec.seed ?? 1, only } = overrides;
  const cells = cellsOf(spec.factors ?? {}, only);
  const runs = cells.flatMap(({ index: cell }) =>
    Array.from({ length: repetitions }, (_, at): RunPlan => {
      return { index: cell * repetitions + at, cell, repetition: at + 1, seed: seed + at };
    }),
  );
  const metrics = metricsOf(spec).map(({ name, title, unit, better, isUsual }) => {
    return { name, title, unit, better, isUsual };
  });
  const { metrics: named = [] } = spec;
  const shown = named.every((metric) => typeof metric !== 'string')
    ? null
    : named.map((metric) => (typeof metric === 'string' ? metric : metric.name));
  return {
    name: spec.name,
    description: spec.description ?? '',
    repetitions,
    seed,
    confidence: spec.confidence ?? 0.95,
    cells: cells.map(({ index, labels }) => ({ index, labels })),
    factors: Object.keys(spec.factors ?? {}).map((name) => {
      return { name, labels: [...new Set(cells.map(({ labels }) => labels[name]))] };
    }),
    metrics,
    shown,
    compare: spec.compare ?? null,
    runs,
  };
}

/** Errors of parts that are made of what a spec says. */
const PART_ERRORS = ['ExperimentError', 'TopologyError', 'PolicyError', 'WorkloadError'];
/** The message says a place already. */
const PLACED = /^\S+:\d+:\d+: /;

function attempt(part: string, { labels }: Cell, make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof Error) || !PART_ERRORS.includes(error.name)) throw error;
    if (error instanceof ExperimentError && error.path.length > 0) throw error;
    if (PLACED.test(error.message)) throw new ExperimentError(error.message);
    const name = cellName(labels);
    throw new ExperimentError(`${part}: ${error.message}${name === 'all' ? '' : ` (with ${name})`}`, [part]);
  }
}

/** Makes the parts of every combination of levels once: what is wrong is said before anything runs. */
export function tryParts(spec: ExperimentSpec, { only }: Overrides, read: ReadFile): void {
  for (const cell of cellsOf(spec.factors ?? {}, only)) {
    const { values } = cell;
    attempt('machine', cell, () => machineOf(partOf(spec, 'machine', values)));
    attempt('costs', cell, () => costsOf(partOf(spec, 'costs', values)));
    attempt('policy', cell, () => policyOf(partOf(spec, 'policy', values), makesPolicy(spec, values)));
    attempt('durationNs', cell, () => timeOf(spec, 'durationNs', values));
    attempt('warmupNs', cell, () => timeOf(spec, 'warmupNs', values));
    attempt('grain', cell, () => grainOf(partOf(spec, 'grain', values)));
    attempt('workload', cell, () => {
      if (spec.processes !== undefined) return;
      const workload = partOf(spec, 'workload', values);
      if (typeof workload !== 'function') workloadsOf(workload, read);
    });
  }
}

/** One run of a plan. */
export function runOf(
  spec: ExperimentSpec,
  overrides: Overrides,
  run: RunPlan,
  read: ReadFile,
  record: Recording | null = null,
): RunResult {
  return runOnce(
    overridden(spec, overrides),
    cellsOf(spec.factors ?? {}, overrides.only)[run.cell],
    run,
    read,
    record,
  );
}
