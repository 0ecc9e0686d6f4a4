/**
 * The public surface of @smplab/machine. Everything else is private to the package.
 */
export { apiOf, KernelApi, type KernelBody, type ThreadOptions } from './kernel-api.ts';
export { MAIN, MachineScenario, machineScenario, type MachineScenarioOptions } from './machine-scenario.ts';
export { checkScenario, MACHINE_RULES, type ScenarioRules } from './scenario-check.ts';
export { PCATCH, PINTERLOCKED, PDOMAIN_MASK, PWAKEUP_MYCPU, PWAKEUP_ONE } from '@smplab/lwkt';
export {
  LK_CANCELABLE,
  LK_CANCEL_BEG,
  LK_CANCEL_END,
  LK_CANRECURSE,
  LK_DOWNGRADE,
  LK_DRAIN,
  LK_EXCLOTHER,
  LK_EXCLUPGRADE,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_PCATCH,
  LK_RELEASE,
  LK_SHARED,
  LK_SLEEPFAIL,
  LK_TIMELOCK,
  LK_UPGRADE,
} from '@smplab/lwkt';
export { createMachine, type CreateMachineOptions } from './create-machine.ts';
export { SIMULATE_LIMITS } from './simulated-driver.ts';
export { type Driver, DRIVER_NAMES, type DriverName } from './driver.ts';
export { LiveMachine, type LiveMachineOptions } from './live/host.ts';
export { describeImages } from './live/host-workers.ts';
export type { MachineReport, CpuReport, MachineOutcome } from './live/report.ts';
export type { ImageDescription, ImageSource } from './live/task.ts';
export { dumpOf, writeCrashDump, type CrashReason, type CrashSource } from './crash-dump.ts';
export { EventBus, type EventBusOptions, type SubscriberFailure } from './event-bus.ts';
export type { MachineEvent } from './machine-event.ts';
export {
  EV_DROPPED,
  EventRing,
  type EventRingOptions,
  type EventVisitor,
  type FullPolicy,
  type KeptEvent,
  reserveEventRings,
  stopEventRings,
} from './event-ring.ts';
export { inspectDump, inspectionText } from './inspect/inspection-text.ts';
export {
  dumpMemory,
  INSPECTION_PARTS,
  type InspectOptions,
  type Inspection,
  inspectionOf,
  type InspectionPart,
  type PartialInspection,
  selected,
} from './inspect/inspection.ts';
export { runLockstepMachine, type LockstepOptions, type LockstepReport } from './lockstep/host.ts';
export { runSchedules, type ScheduleOutcome, type ScheduleRange } from './schedule-run.ts';
export { stressImage } from './stress.ts';
