/**
 * The public surface of @smplab/lwkt. Everything else is private to the package.
 */
export { BECOMING } from './become-point.ts';
export * from './critical.ts';
export * from './create.ts';
export { type Consequence, Context, type MisuseVerdict, NOTHING, outOfMemory } from './context.ts';
export { Cpu } from './cpu.ts';
export { Cpuhold, lwkt_hold_cpus, lwkt_release_cpus } from './cpuhold.ts';
export * from './cpusync.ts';
export * from './errno.ts';
export * from './event.ts';
export * from './globaldata.ts';
export {
  asSeedIdsOf,
  asSeedOf,
  FIX_SWITCHES,
  FixSwitchError,
  pickedFixes,
  type AsSeed,
  type FixId,
  type FixRecord,
  type FixSwitch,
} from './history.ts';
export { IDLE_WAKE_MASK } from './idle.ts';
export * from './internal.ts';
export * from './interrupt.ts';
export { IP, Ipiq, IpiqEntry, MAXCPUFIFO } from './ipiq-fifo.ts';
export * from './ipiq.ts';
export { KERN, Kern } from './kern.ts';
export { Kernel, VECTORS, type KernelOptions, type SignalPolicy } from './kernel.ts';
export { registerKernelFunctions } from './kernel-functions.ts';
export {
  checkedCpus,
  EXPLORE_LIMITS,
  LimitError,
  limitsOf,
  LIVE_LIMITS,
  type MachineLimits,
} from './limits.ts';
export * from './lockmgr.ts';
export * from './migrate.ts';
export * from './priority.ts';
export {
  functionNumber,
  Registry,
  RegistryError,
  type KernelFunction,
  type Registered,
  type Steps,
} from './registry.ts';
export {
  enqueue,
  dequeue,
  lwkt_resched_wanted,
  lwkt_schedulerclock,
  need_lwkt_resched,
  tdallq,
  tdrunq,
} from './run-queue.ts';
export * from './schedule.ts';
export * from './spinlock.ts';
export type { Subsystem } from './subsystem.ts';
export { cpuTicks, type CpuTicks, LOAD_SCALE, loadAverages, statclock } from './statclock.ts';
export { SwitchPoint, SWITCHING } from './switch-point.ts';
export { hasTokens, lwkt_switch } from './switch.ts';
export * from './thread.ts';
export * from './thread-init.ts';
export { hardclock, isTimeoutDue } from './timeout.ts';
export * from './token.ts';
export * from './token-pool.ts';
export { releaseEvent, tokenName } from './token-ref.ts';
export * from './tsleep.ts';
export * from './wakeup.ts';
export { bootIdleThreads, ExploredMachine, type ExploredMachineOptions } from './explored/machine.ts';
export type { ExploredCpu } from './explored/cpu.ts';
export { KernelStrand } from './explored/strand.ts';
export type { UserScheduling } from './user-scheduling.ts';
export { lwkt_compute } from './compute.ts';
export { SimulatedMachine, type MachineListener, type SimulatedMachineOptions } from './simulated/machine.ts';
export type { SimulatedCpu } from './simulated/cpu.ts';
export { NO_TIME, type Timing, type UniformCosts, uniformTiming } from './simulated/timing.ts';
