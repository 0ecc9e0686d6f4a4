/**
 * Owns the public face of the package.
 */
export { type CostModel, DEFAULT_COSTS, type KernelCosts, NO_COSTS } from './cost-model.ts';
export { Distribution } from './metrics/distribution.ts';
export { IdleChecker, type IdleCheckerOptions, type IdleReport } from './metrics/idle-checker.ts';
export * from './policy/policy.ts';
export { bsd4 } from './policy/bsd4.ts';
export type { Bsd4Options } from './policy/bsd4-options.ts';
export { cbs, type CbsOptions } from './policy/cbs.ts';
export { cfs, type CfsOptions } from './policy/cfs.ts';
export { dfly } from './policy/dfly.ts';
export * from './policy/dfly-options.ts';
export { eevdf, type EevdfOptions } from './policy/eevdf.ts';
export type { FairBugs } from './policy/fair-bugs.ts';
export type { Fair } from './policy/fair-entity.ts';
export { fourBsd } from './policy/four-bsd.ts';
export type { FourBsdOptions } from './policy/four-bsd-options.ts';
export { lwkt, type LwktOptions, TDPRI } from './policy/lwkt.ts';
export { mlfq, type MlfqOptions } from './policy/mlfq.ts';
export { byUtilization, type Fit, partitionedEdf, type PartitionedOptions } from './policy/partitioned.ts';
export { POLICIES, type PolicyKind, policyNamed } from './policy/policies.ts';
export { fifo, roundRobin } from './policy/round-robin.ts';
export { lottery, stride } from './policy/stride.ts';
export { TaskHeap } from './policy/task-heap.ts';
export { fixedPriority, globalEdf, rateMonotonic } from './policy/urgency.ts';
export { ule } from './policy/ule.ts';
export type { UleOptions } from './policy/ule-options.ts';
export { Condition } from './sync/condition.ts';
export { Mutex, type MutexOptions } from './sync/mutex.ts';
export { Pipe } from './sync/pipe.ts';
export { Barrier, Semaphore } from './sync/semaphore.ts';
export { Token } from './sync/token.ts';
export { TaskQueue } from './policy/task-queue.ts';
export { RandomStream } from './random-stream.ts';
export type { SimulationListener } from './simulation/listener.ts';
export { Simulation, type SimulationOptions } from './simulation/simulation.ts';
export { SimulationError } from './simulation/simulation-core.ts';
export { TraceRecorder, type TraceRecorderOptions } from './simulation/trace-recorder.ts';
export { TimeQueue } from './simulation/time-queue.ts';
export { ProgramError, type Request, type RequestHost } from './task/request.ts';
export { NICE_WEIGHTS, type Program, Task, TaskError, type TaskOptions } from './task/task.ts';
export { TaskContext } from './task/task-context.ts';
export { bigLittle, bulldozer, desktop, symmetric } from './topology/presets.ts';
export {
  type CpuPlace,
  type Distance,
  Topology,
  TopologyError,
  type TopologyOptions,
} from './topology/topology.ts';
export { bursty, type BurstyOptions, poisson, type PoissonOptions } from './workload/arrivals.ts';
export { busy, type BusyOptions, interactive, type InteractiveOptions } from './workload/cycles.ts';
export { forkStorm, type ForkStormOptions } from './workload/fork-storm.ts';
export { hackbench, type HackbenchOptions } from './workload/hackbench.ts';
export { make, type MakeOptions } from './workload/make.ts';
export { schbench, type SchbenchOptions } from './workload/schbench.ts';
export { replay, type ReplayOptions } from './workload/replay/replay.ts';
export type { PhaseRow } from './workload/rt-app/phase-log.ts';
export { rtApp, type RtAppOptions, type RtAppWorkload } from './workload/rt-app/rt-app.ts';
export {
  type PeriodicOptions,
  type PeriodicTask,
  periodicTaskSet,
  type Periods,
  randomPeriodic,
  randomTaskSet,
  type TaskSetOptions,
  utilizationOf,
} from './workload/task-set.ts';
export { randFixedSum, uunifastDiscard } from './workload/utilizations.ts';
export { type Variate, variate, variateOf, type VariateSpec } from './workload/variate.ts';
export { type Figure, type Workload, WorkloadError, type WorkloadHost } from './workload/workload.ts';
export { type WorkloadKind, workloadNamed, WORKLOADS } from './workload/workloads.ts';
export { KernelSimulation } from './kernel-grain/kernel-simulation.ts';
export { ProcessSimulation, type ProcessSimulationOptions } from './kernel-grain/process-simulation.ts';
export * from './experiment/public.ts';
export {
  processWorkload,
  type ProcessWorkload,
  type ProcessWorkloadOptions,
  type ProgramCounter,
} from './kernel-grain/process-workload.ts';
