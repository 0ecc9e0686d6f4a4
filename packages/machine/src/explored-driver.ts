/**
 * Owns running one schedule of a machine in this thread, by strategy and seed, with a report like that of a
 * live machine. Programs are loaded into this thread too, so one that computes without end keeps it for ever:
 * who cannot have that explores on a farm (@smplab/explore), which has a watchdog.
 */
import { Execution, type StepObserver } from '@smplab/explore';
import { ExploredMachine, functionNumber, type MachineLimits } from '@smplab/lwkt';
import { TokenMirror, type TokenMirrorOptions } from '@smplab/token';
import type { CrashReason, CrashSource } from './crash-dump.ts';
import type { Driver } from './driver.ts';
import { loadImages, loadScenarios } from './live/image.ts';
import { isRefusal } from './live/refusal.ts';
import { cpuReports, type MachineReport } from './live/report.ts';
import type { ImageSource } from './live/task.ts';
import { MAIN } from './machine-scenario.ts';
import { runSchedules } from './schedule-run.ts';
import { TokenWatch } from './token-watch.ts';

export interface ExploredDriverOptions {
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: Partial<MachineLimits>;
  readonly asSeed: readonly string[];
  readonly seed: number;
  readonly strategy: string;
  readonly maxSteps: number;
  readonly inspect: TokenMirrorOptions | null;
  readonly onLog?: (cpuid: number, text: string) => void;
  readonly writeDump?: (source: CrashSource, reason: CrashReason) => string;
}

export class ExploredDriver implements Driver {
  readonly events = null;
  readonly tokens: TokenMirror | null;

  constructor(readonly options: ExploredDriverOptions) {
    this.tokens = options.inspect === null ? null : new TokenMirror(options.inspect);
  }

  halt(): void {
    // A schedule runs from its first step to its last before anybody else gets the thread.
  }

  async run(): Promise<MachineReport> {
    const { cpus, images, limits, asSeed, maxSteps } = this.options;
    let machine: ExploredMachine;
    try {
      const [scenario] = await loadScenarios(images);
      const registry = await loadImages(images);
      machine = new ExploredMachine(scenario.name, {
        cpus,
        limits,
        asSeed,
        registry,
        main: functionNumber(MAIN),
      });
    } catch (error) {
      if (isRefusal(error)) return refusal('explore', error.message);
      throw error;
    }
    const execution = new Execution({ maxSteps });
    return this.#report(execution, machine);
  }

  #report(execution: Execution, machine: ExploredMachine): MachineReport {
    const { strategy, seed, writeDump } = this.options;
    execution.observer = this.#observer(machine);
    const [outcome] = runSchedules(execution, machine, { strategy, seed });
    execution.observer = null;
    const { failure } = execution;
    const operations = operationsOf(execution, machine.kernel.ncpus);
    const report: MachineReport = {
      driver: 'explore',
      outcome: failure === null ? 'halted' : 'failed',
      verdict: failure?.verdict ?? null,
      message: failure?.message ?? 'all threads have ended',
      cpu: cpuOf(failure?.strand ?? null),
      thread: failure?.strand?.replace(/^cpu\d+\//, '') ?? null,
      stack: '',
      cpus: cpuReports(machine.kernel, []).map((each) => ({ ...each, operations: operations[each.cpu] })),
      ticks: machine.kernel.ticks,
      seconds: null,
      runSeconds: null,
      traceHash: outcome.traceHash,
      dump: null,
      notes: failure === null ? [] : failure.details,
    };
    if (failure === null || writeDump === undefined) return report;
    const { verdict, message, cpu, thread } = report;
    const dump = writeDump(machine.kernel, { verdict: verdict ?? 'panic', message, cpu, thread });
    return { ...report, dump };
  }

  #observer(machine: ExploredMachine): StepObserver {
    const { onLog } = this.options;
    const watch = this.tokens === null ? null : new TokenWatch(machine, this.tokens);
    return {
      wantsStacks: false,
      onStep: (operation, kind, location, value) => watch?.onStep(operation, kind, location, value),
      onLog: (strand, text) => onLog?.(cpuOf(strand?.path ?? null) ?? 0, text),
    };
  }
}

/** The report of a machine whose image cannot be used. */
export function refusal(driver: MachineReport['driver'], message: string): MachineReport {
  const nothing = {
    verdict: null,
    cpu: null,
    thread: null,
    stack: '',
    cpus: [],
    ticks: 0,
    dump: null,
    notes: [],
  };
  return {
    driver,
    outcome: 'refused',
    message,
    ...nothing,
    seconds: null,
    runSeconds: null,
    traceHash: null,
  };
}

/** The CPU that a strand belongs to, by its path. */
export function cpuOf(path: string | null): number | null {
  const match = /^cpu(\d+)\//.exec(path ?? '');
  return match === null ? null : Number(match[1]);
}

/** Steps of each CPU in the run that has just ended. */
function operationsOf(execution: Execution, cpus: number): number[] {
  const counts = new Array<number>(cpus).fill(0);
  for (const { path, ownSteps } of execution.strands.slice(0, execution.strandCount)) {
    const cpu = cpuOf(path);
    if (cpu !== null) counts[cpu] += ownSteps;
  }
  return counts;
}
