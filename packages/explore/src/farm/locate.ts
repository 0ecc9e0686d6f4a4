/**
 * Owns finding out where a schedule stood when its worker hung or died: runs it again on another worker and
 * stops just before the step that never ended.
 */
import { machineOptionsOf } from '../campaign/machine-options.ts';
import { Search } from '../campaign/search.ts';
import type { Settings } from '../campaign/settings.ts';
import { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import type { Strand } from '../engine/strand.ts';
import { RunStopped } from '../engine/verdict.ts';
import { withDeepStacks } from '../examine/deep-stacks.ts';
import { siteOf } from '../examine/site.ts';
import { TraceObserver } from '../examine/trace-observer.ts';
import type { MachineOptions } from '../report/result.ts';
import { profilingWalk } from '../strategies/profiler.ts';
import { profileNumber } from './control.ts';
import type { Location } from './task.ts';

/** Lets a run go up to a step and ends it there. */
class StopBefore extends TraceObserver {
  stoppedAt: Strand | null = null;

  constructor(
    execution: Execution,
    readonly step: number,
  ) {
    super(execution);
  }

  override onTurn(strand: Strand): void {
    super.onTurn(strand);
    if (this.execution.steps + 1 < this.step) return;
    this.stoppedAt = strand;
    this.execution.fail('none', 'stopped');
    throw new RunStopped();
  }
}

/** Where a run stands of which nothing is known. */
export function nowhere(machine: MachineOptions | null): Location {
  return { strand: 'main', after: null, at: null, decisions: new Int32Array(0), strategy: 'none', machine };
}

/** Where schedule `index` stood when it began its step number `step` (0: it had not made one). */
export function locate(program: Program, settings: Settings, index: number, step: number): Location {
  const machine = machineOptionsOf(program);
  if (step === 0) return nowhere(machine);
  const { maxSteps, races, seed } = settings;
  const search = index < 0 ? null : new Search(program, settings);
  const execution = search?.execution ?? new Execution({ maxSteps, races });
  const strategy = search?.strategyAt(index) ?? profilingWalk(seed, profileNumber(index));
  const observer = new StopBefore(execution, step);
  execution.observer = observer;
  withDeepStacks(() => execution.execute(program, strategy));
  execution.observer = null;
  const performed = observer.stoppedAt?.pending ?? null;
  return {
    strand: observer.stoppedAt?.path ?? 'main',
    after: performed?.describe() ?? null,
    at: siteOf(performed?.stack ?? null),
    decisions: execution.recorder.takeDecisions(),
    strategy: strategy.name,
    machine,
  };
}
