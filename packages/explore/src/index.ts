/** Public surface of @smplab/explore; everything else is internal. */
export {
  ALWAYS,
  EQUAL,
  GREATER_OR_EQUAL,
  holds,
  LESS,
  NOT_EQUAL,
  OTHER_STEPPED,
  PREDICATE,
  type Condition,
} from './engine/condition.ts';
export {
  ATOMIC,
  PLAIN,
  READ,
  READ_WRITE,
  RELAXED,
  WRITE,
  conflicts,
  type Access,
} from './engine/footprint.ts';
export type { BootImage } from './engine/boot-image.ts';
export { activeExecution, Execution, MAXIMUM_STRANDS } from './engine/execution.ts';
export type { ExecutionOptions, Program, StepObserver } from './engine/program.ts';
export {
  ANNOUNCEMENT,
  defineKind,
  kindOf,
  Operation,
  RETURNS_BOOLEAN,
  RETURNS_INT,
  RETURNS_NOTHING,
  RETURNS_OBJECT,
  stableCode,
  type Announcement,
  type OperationKind,
  type Step,
  type Target,
} from './engine/operation.ts';
export { Random } from './engine/random.ts';
export {
  Strand,
  STRAND_ENDED,
  STRAND_NEXT,
  STRAND_RESULT,
  STRAND_WAKEUP,
  STRAND_WORDS,
} from './engine/strand.ts';
export type { Profile, Strategy } from './engine/strategy.ts';
export { ThreadStrand, type Thread, type ThreadBody } from './engine/thread.ts';
export {
  isFinding,
  RunStopped,
  VERDICTS,
  type Failure,
  type FailureParticulars,
  type Verdict,
} from './engine/verdict.ts';
export { probe } from './detect/probe.ts';
export {
  WORD_FREED,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
  type WordState,
} from './detect/race-detector.ts';
export { traceHash } from './examine/trace-hash.ts';
export { Atomic } from './objects/atomic.ts';
export { Barrier } from './objects/barrier.ts';
export { Cell, CellArray } from './objects/cell.ts';
export { Cond, type CondOptions } from './objects/cond.ts';
export { HeapObject, type AllocOptions, type Fields } from './objects/heap.ts';
export { Mutex } from './objects/mutex.ts';
export { RwLock } from './objects/rwlock.ts';
export { Semaphore } from './objects/semaphore.ts';
export { Scenario, scenario, ScenarioContext, type ScenarioBody, type ScenarioNotes } from './scenario.ts';
export { explore, type LocalOptions } from './campaign/explore.ts';
export { PORTFOLIO, type StrategyFactory } from './campaign/lanes.ts';
export {
  fingerprintOf,
  InputError,
  readSchedule,
  ScheduleError,
  type ScheduleRecord,
  writeSchedule,
} from './campaign/schedule-text.ts';
export { replay } from './campaign/replay.ts';
export {
  createStrategy,
  STRATEGY_NAMES,
  type StrategyName,
  type StrategyOptions,
} from './strategies/catalogue.ts';
export { DepthFirst } from './strategies/depth-first.ts';
export { PartialOrderSampling } from './strategies/partial-order.ts';
export { PriorityChange } from './strategies/priority.ts';
export { profileOf } from './strategies/profiler.ts';
export { RandomWalk } from './strategies/random-walk.ts';
export { Replay } from './strategies/replay.ts';
export { UniformWalk } from './strategies/uniform.ts';
export type {
  ExploreOptions,
  ExploreResult,
  Finding,
  MachineOptions,
  Race,
  RaceSide,
  TraceStep,
  UsedOptions,
} from './report/result.ts';
export { Farm, type FarmExploreOptions, type FarmOptions, type Progress } from './farm/farm.ts';
export type { ScenarioTarget } from './farm/load.ts';
export { renderResult, type RenderOptions } from './report/table.ts';
