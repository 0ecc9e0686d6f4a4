/**
 * Owns which kind of simulation a run of an experiment is, and how it is begun: tasks with coarse costs,
 * tasks as threads of the kernel, or processes of the kernel with programs of their own.
 */
import { KernelSimulation } from '../kernel-grain/kernel-simulation.ts';
import { ProcessSimulation } from '../kernel-grain/process-simulation.ts';
import type { ProcessWorkload } from '../kernel-grain/process-workload.ts';
import { RandomStream } from '../random-stream.ts';
import type { AnySimulation } from '../simulation/any-simulation.ts';
import { Simulation, type SimulationOptions } from '../simulation/simulation.ts';
import type { Workload } from '../workload/workload.ts';
import { ExperimentHost } from './experiment-host.ts';
import type { Cell } from './levels.ts';
import { partOf, type ReadFile, workloadsOf } from './setup.ts';
import { ExperimentError, type ExperimentSpec, type Grain, GRAINS } from './spec.ts';

/** What of a workload is asked while it runs. */
export type Measured = Omit<Workload, 'start'>;

/** A run that stands at its beginning. */
export interface Begun {
  readonly simulation: AnySimulation;
  /** Null for processes, which are not put on the machine by anybody. */
  readonly host: ExperimentHost | null;
  /** Puts the tasks on the machine. */
  start(): readonly Measured[];
}

export function grainOf(value: unknown): Grain {
  if (value === undefined) return 'tasks';
  const grain = GRAINS.find((each) => each === value);
  if (grain !== undefined) return grain;
  throw new ExperimentError(`grain is ${JSON.stringify(value)}: known are ${GRAINS.join(', ')}`, ['grain']);
}

/** Makes the simulation of a run. */
export function begin(
  spec: ExperimentSpec,
  cell: Cell,
  options: SimulationOptions<unknown>,
  read: ReadFile,
): Begun {
  const { values } = cell;
  if (spec.processes !== undefined)
    return ofProcesses(spec.processes(values, new RandomStream(options.seed ?? 1, 'processes')), options);
  const isKernel = grainOf(partOf(spec, 'grain', values)) === 'kernel';
  const simulation = isKernel ? new KernelSimulation<unknown>(options) : new Simulation<unknown>(options);
  const host = new ExperimentHost(simulation);
  return { simulation, host, start: () => startTasks(spec, cell, host, read) };
}

function ofProcesses(workload: ProcessWorkload, options: SimulationOptions<unknown>): Begun {
  const { scenario, limits, asSeed, memoryWaitTicks } = workload;
  const simulation = new ProcessSimulation<unknown>({
    ...options,
    scenario,
    ...(limits && { limits }),
    ...(asSeed && { asSeed }),
    ...(memoryWaitTicks !== undefined && { memoryWaitTicks }),
  });
  workload.watch(simulation);
  return { simulation, host: null, start: () => [workload] };
}

function startTasks(
  spec: ExperimentSpec,
  cell: Cell,
  host: ExperimentHost,
  read: ReadFile,
): readonly Workload[] {
  let given = partOf(spec, 'workload', cell.values);
  if (typeof given === 'function') {
    type Starter = (host: ExperimentHost, levels: Cell['values']) => unknown;
    given = (given as Starter)(host, cell.values) ?? [];
  }
  const workloads = workloadsOf(given, read);
  for (const workload of workloads) workload.start(host);
  return workloads;
}
