/**
 * Owns running a machine in virtual time, in this thread, with a report like that of a live machine: its
 * times are those of the machine, and the same machine gives the same ones, to the nanosecond. Comes back to
 * the event loop from time to time, so that it can be told to stop.
 */
import { readCstring } from '@smplab/kmem';
import {
  EXPLORE_LIMITS,
  functionNumber,
  LIVE_LIMITS,
  type MachineLimits,
  type MachineListener,
  SimulatedMachine,
  TD,
  type UniformCosts,
  uniformTiming,
} from '@smplab/lwkt';
import type { CrashReason, CrashSource } from './crash-dump.ts';
import type { Driver } from './driver.ts';
import { EventNames } from './event-names.ts';
import { cpuOf, refusal } from './explored-driver.ts';
import { nextTurn } from './live/host-turn.ts';
import { loadImages, loadScenarios } from './live/image.ts';
import { isRefusal } from './live/refusal.ts';
import { cpuReports, type MachineReport } from './live/report.ts';
import type { ImageSource } from './live/task.ts';
import { machineEvent, type MachineEvent } from './machine-event.ts';
import { MAIN } from './machine-scenario.ts';

/** Operations between two looks at the world outside. */
const SLICE = 200_000;
/** Threads that a report names. */
const NAMED = 8;

/** The sizes of a live machine, with tables that do not take long to boot. */
export const SIMULATE_LIMITS: MachineLimits = {
  ...LIVE_LIMITS,
  strands: EXPLORE_LIMITS.strands,
  sleepBuckets: 509,
  poolTokens: 101,
  events: 0,
  pidMax: 99_999,
};

export interface SimulatedDriverOptions {
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: MachineLimits;
  readonly asSeed: readonly string[];
  readonly costs: Partial<UniformCosts>;
  /** Virtual time after which it is stopped; default never. */
  readonly timeLimitSeconds?: number;
  /** What happens, as it happens, with its time in ns. */
  readonly onEvent?: (timeNs: number, event: MachineEvent) => void;
  readonly onLog?: (cpuid: number, text: string) => void;
  readonly writeDump?: (source: CrashSource, reason: CrashReason) => string;
}

/** How it ended, as far as a report says it. */
type Ending = Pick<MachineReport, 'outcome' | 'verdict' | 'message' | 'notes'>;

export class SimulatedDriver implements Driver {
  readonly events = null;
  readonly tokens = null;
  #isHalted = false;

  constructor(readonly options: SimulatedDriverOptions) {}

  halt(): void {
    this.#isHalted = true;
  }

  async run(): Promise<MachineReport> {
    let machine: SimulatedMachine;
    try {
      machine = await this.#boot();
    } catch (error) {
      if (isRefusal(error)) return refusal('simulate', error.message);
      throw error;
    }
    const until = (this.options.timeLimitSeconds ?? Infinity) * 1e9;
    let execution = machine.run(0);
    const { onLog } = this.options;
    if (onLog !== undefined) {
      const onStep = (): void => undefined;
      const logged = (path: string | undefined, text: string): void => onLog(cpuOf(path ?? null) ?? 0, text);
      execution.observer = {
        wantsStacks: false,
        onStep,
        onLog: (strand, text) => logged(strand?.path, text),
      };
    }
    for (;;) {
      execution = machine.run(until, SLICE);
      if (execution.failure !== null || machine.isOver || machine.now >= until || this.#isHalted) break;
      await nextTurn();
    }
    return this.#report(machine, this.#ending(machine, until));
  }

  async #boot(): Promise<SimulatedMachine> {
    const { cpus, images, limits, asSeed, costs } = this.options;
    const [scenario] = await loadScenarios(images);
    const registry = await loadImages(images);
    const machine: SimulatedMachine = new SimulatedMachine(scenario.name, {
      cpus,
      limits,
      asSeed,
      registry,
      main: functionNumber(MAIN),
      timing: uniformTiming(cpus, costs),
      ...(this.options.onEvent && {
        listener: { emitted: this.#named(() => machine, this.options.onEvent) },
      }),
    });
    return machine;
  }

  /** Gives events their names while they are those of what is there. */
  #named(
    machineOf: () => SimulatedMachine,
    onEvent: (timeNs: number, event: MachineEvent) => void,
  ): NonNullable<MachineListener['emitted']> {
    let names: EventNames | null = null;
    let sequence = 0;
    return (now, cpu, kind, a, b, c) => {
      const { kernel } = machineOf();
      names ??= new EventNames(kernel.memory, (number) => kernel.registry.nameOf(number));
      const base = { cpu, tick: kernel.ticks, sequence: sequence++ };
      const event = machineEvent(names, base, kind, a, b, c);
      if (event !== null) onEvent(now, event);
    };
  }

  #ending(machine: SimulatedMachine, until: number): Ending {
    const { failure } = machine.execution;
    if (failure !== null)
      return {
        outcome: 'failed',
        verdict: failure.verdict,
        message: failure.message,
        notes: failure.details,
      };
    const left = machine.liveThreads;
    const nothing = { verdict: null, notes: [] };
    if (left.length === 0) return { outcome: 'halted', message: 'all threads have ended', ...nothing };
    if (this.#isHalted && !machine.isOver)
      return { outcome: 'interrupted', message: 'it was told to stop', ...nothing };
    if (machine.now >= until && !machine.isOver) {
      const message = `it was stopped after ${this.options.timeLimitSeconds} s of its own time`;
      return { outcome: 'time-limit', message, ...nothing };
    }
    const { memory } = machine.kernel;
    const waits = left.map(({ path, td }) => {
      const wmesg = readCstring(memory, td + TD.td_wmesg, 16);
      return wmesg === '' ? `${path} waits` : `${path} waits for "${wmesg}"`;
    });
    const message = `${left.length} threads wait for ever`;
    return { outcome: 'failed', verdict: 'deadlock', message, notes: waits.slice(0, NAMED) };
  }

  #report(machine: SimulatedMachine, ending: Ending): MachineReport {
    const { kernel, execution } = machine;
    const strand = execution.failure?.strand ?? null;
    const report: MachineReport = {
      driver: 'simulate',
      ...ending,
      cpu: cpuOf(strand),
      thread: strand?.replace(/^cpu\d+\//, '') ?? null,
      stack: '',
      cpus: cpuReports(kernel, []).map((each, at) => ({ ...each, operations: machine.cpuOf(at).operations })),
      ticks: kernel.ticks,
      seconds: null,
      runSeconds: machine.now / 1e9,
      traceHash: hashOf(machine),
      dump: null,
    };
    const { writeDump } = this.options;
    if (ending.outcome !== 'failed' || writeDump === undefined) return report;
    const { verdict, message, thread } = report;
    return {
      ...report,
      dump: writeDump(kernel, { verdict: verdict ?? 'panic', message, cpu: report.cpu, thread }),
    };
  }
}

/** Of all operations, and of when it ended. */
function hashOf({ execution, now }: SimulatedMachine): string {
  const words = [execution.recorder.rolling, Math.imul(now % 2 ** 32, 0x9e3779b1) ^ (now / 2 ** 32)];
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
