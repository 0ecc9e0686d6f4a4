/**
 * Owns one run of an experiment: the machine, the policy and the workload of its levels, for as long as the
 * spec says, with the seed of its repetition. The same plan gives the same result wherever it runs.
 */
import type { Distribution } from '../metrics/distribution.ts';
import { RunMeter } from '../metrics/run-meter.ts';
import type { RunView } from '../metrics/run-view.ts';
import type { TaskGroup } from '../metrics/task-group.ts';
import { PolicyError } from '../policy/policy.ts';
import type { AnySimulation } from '../simulation/any-simulation.ts';
import type { SimulationListener } from '../simulation/listener.ts';
import { ListenerPair } from '../simulation/listener-pair.ts';
import { SimulationError } from '../simulation/simulation-core.ts';
import type { Topology } from '../topology/topology.ts';
import type { ExperimentHost } from './experiment-host.ts';
import { begin, type Measured } from './grain.ts';
import type { Cell } from './levels.ts';
import { metricsOf } from './metric-list.ts';
import {
  type CpuRow,
  CURVE_PARTS,
  type MetricInfo,
  PARTS,
  type RunFinding,
  type RunPlan,
  type RunResult,
  type TaskRow,
} from './run-result.ts';
import { quantity } from './quantity.ts';
import { costsOf, machineOf, makesPolicy, partOf, policyOf, type ReadFile, timeOf } from './setup.ts';
import { ExperimentError, type ExperimentSpec } from './spec.ts';

const STARVATION_NS = 30_000_000_000;
/** A workload that ends by itself has to, by then. */
const LONGEST_NS = 1_000_000_000_000;

/** Thrown out of the loop when the last task has ended. */
class AllEnded extends Error {}

/** Until when it runs, and from when on it is measured. */
function timesOf(spec: ExperimentSpec, cell: Cell, workloads: readonly Measured[]): [number | null, number] {
  const wanted = workloads.flatMap(({ durationNs }) => (durationNs === undefined ? [] : [durationNs]));
  const duration =
    timeOf(spec, 'durationNs', cell.values) ?? (wanted.length > 0 ? Math.max(...wanted) : null);
  const warmup = timeOf(spec, 'warmupNs', cell.values) ?? 0;
  if (duration === 0) throw new ExperimentError('durationNs is 0: a time above 0 is needed', ['durationNs']);
  if (duration !== null && warmup >= duration)
    throw new ExperimentError(`the warm-up of ${warmup} ns leaves nothing of the ${duration} ns to measure`, [
      'warmupNs',
    ]);
  return [duration, warmup];
}

function goOn(
  simulation: AnySimulation,
  host: ExperimentHost | null,
  meter: RunMeter,
  duration: number | null,
): void {
  if (duration !== null) {
    simulation.run(duration);
    return;
  }
  meter.onEnded = () => {
    // Processes are not tasks before they are in user mode: their machine knows when all has ended.
    if (host !== null && host.pending === 0 && simulation.tasks.size === 0) throw new AllEnded();
  };
  try {
    simulation.run(LONGEST_NS);
  } catch (error) {
    if (!(error instanceof AllEnded)) throw error;
    return;
  }
  if (simulation.tasks.size > 0)
    throw new ExperimentError(
      'durationNs is needed: there is no end to this workload, tasks are left after 1,000 s',
      ['durationNs'],
    );
}

function findingOf(error: unknown): RunFinding {
  if (error instanceof PolicyError) return { verdict: 'policy-error', message: error.message };
  if (error instanceof SimulationError && error.message.includes('livelock'))
    return { verdict: 'livelock', message: error.message };
  throw error;
}

/** Makes who records a run of a machine. */
export type Recording = (topology: Topology) => SimulationListener;

/** Runs it. Wrong specs are an error of their parts; what the policy does wrong is a finding. */
export function runOnce(
  spec: ExperimentSpec,
  cell: Cell,
  plan: RunPlan,
  read: ReadFile,
  record: Recording | null = null,
): RunResult {
  const { values } = cell;
  const meter = new RunMeter(spec.starvationNs ?? STARVATION_NS);
  const policy = policyOf(partOf(spec, 'policy', values), makesPolicy(spec, values));
  const topology = machineOf(partOf(spec, 'machine', values));
  const costs = costsOf(partOf(spec, 'costs', values));
  const common = { ...plan, labels: cell.labels };
  let simulation: AnySimulation | null = null;
  const listener = record === null ? meter : new ListenerPair(meter, record(topology));
  try {
    const begun = begin(spec, cell, { policy, topology, costs, seed: plan.seed, listener }, read);
    ({ simulation } = begun);
    meter.watch(simulation);
    const workloads = begun.start();
    const [duration, warmup] = timesOf(spec, cell, workloads);
    if (warmup === 0) meter.begin();
    else
      simulation.at(warmup, () => {
        meter.begin();
        for (const workload of workloads) workload.warmedUp?.();
      });
    goOn(simulation, begun.host, meter, duration);
    const view = meter.end(
      values,
      workloads.flatMap((workload) => workload.figures?.() ?? []),
    );
    return { ...common, ...resultOf(spec, view, workloads) };
  } catch (error) {
    return {
      ...common,
      measuredNs: 0,
      events: simulation?.events ?? 0,
      values: {},
      further: [],
      tasks: [],
      cpus: [],
      curves: {},
      findings: [findingOf(error)],
      warnings: [],
    };
  }
}

function warningsOf(workloads: readonly Measured[], { cpus, simulation }: RunView): string[] {
  const warnings = workloads.flatMap(({ name, warnings: own = [] }) =>
    own.map((text) => (text.startsWith(name) ? text : `${name}: ${text}`)),
  );
  const wanted = workloads.reduce((sum, { utilization = 0 }) => sum + utilization, 0);
  const capacity = simulation.topology.cpus.reduce((sum, { speed }) => sum + speed, 0);
  if (wanted > capacity)
    warnings.push(
      `the workload wants ${wanted.toFixed(2)} CPUs, and the machine has ${cpus.length}: it is overloaded`,
    );
  return warnings;
}

type Outcome = Omit<RunResult, keyof RunPlan | 'labels'>;

function resultOf(spec: ExperimentSpec, view: RunView, workloads: readonly Measured[]): Outcome {
  const values: Record<string, number | null> = {};
  for (const { name, measure } of metricsOf(spec)) {
    const value = measure(view);
    // A figure that cannot be had is none.
    values[name] = value === null || !Number.isFinite(value) ? null : value;
  }
  const further: MetricInfo[] = [];
  for (const { name, value, unit } of view.figures) {
    if (Object.hasOwn(values, name)) continue;
    values[name] = Number.isFinite(value) ? value : null;
    further.push({ name, title: name, unit, better: null, isUsual: true });
  }
  const { measuredNs } = view;
  return {
    measuredNs,
    events: view.simulation.events,
    values,
    further,
    tasks: view.groups.map(taskRow),
    cpus: view.cpus.map(({ busyNs, overheadNs, switches }, cpu): CpuRow => {
      const part = (ns: number): number => (measuredNs === 0 ? 0 : ns / measuredNs);
      return { cpu, utilisation: part(busyNs), overhead: part(overheadNs), switches };
    }),
    curves: curvesOf(view),
    findings: starvation(view, spec.starvationNs ?? Math.min(STARVATION_NS, measuredNs)),
    warnings: warningsOf(workloads, view),
  };
}

function curvesOf({ wakeup, wait, response }: RunView): Record<string, number[]> {
  const curves: Record<string, number[]> = {};
  for (const [name, times] of Object.entries({ wakeup, wait, response }))
    if (times.count > 0)
      curves[name] = CURVE_PARTS.map((part) => (part === 0 ? times.min : times.quantile(part)));
  return curves;
}

function percentiles(times: Distribution): number[] | null {
  return times.count === 0 ? null : PARTS.map((part) => times.quantile(part));
}

function taskRow({ wakeup, response, ...counters }: TaskGroup): TaskRow {
  return { ...counters, wakeup: percentiles(wakeup), response: percentiles(response) };
}

/** Who waited longer than the bound; or, where that is longer than what was measured, all the time. */
function starvation(
  { starved, longestWaitNs, longestWaiter, measuredNs }: RunView,
  bound: number,
): RunFinding[] {
  if (starved.length > 0)
    return starved.map(({ task, sinceNs, waitedNs }) => ({
      verdict: 'starvation',
      message: `task "${task}" waited ${quantity(waitedNs, 'ns')} for a CPU, from ${sinceNs} ns on`,
    }));
  if (measuredNs === 0 || bound > measuredNs || longestWaitNs < measuredNs) return [];
  const waited = quantity(longestWaitNs, 'ns');
  const message = `task "${longestWaiter}" waited ${waited} for a CPU: all that was measured`;
  return [{ verdict: 'starvation', message }];
}
