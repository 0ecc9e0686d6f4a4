/**
 * The public surface of @smplab/machine. Everything else is private to the package.
 */
export { KernelApi, type KernelBody, type ThreadOptions } from './kernel-api.ts';
export { MachineScenario, machineScenario, type MachineScenarioOptions } from './machine-scenario.ts';
export { PCATCH, PINTERLOCKED, PDOMAIN_MASK, PWAKEUP_MYCPU, PWAKEUP_ONE } from '@smplab/lwkt';
export { LiveMachine, type LiveMachineOptions } from './live/host.ts';
export type { MachineReport, CpuReport } from './live/report.ts';
export type { ImageSource } from './live/task.ts';
