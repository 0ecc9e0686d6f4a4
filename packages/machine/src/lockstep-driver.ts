/**
 * Owns running one schedule of a machine in lockstep (lockstep/host.ts), with a report like that of the
 * others. Runs on the main thread.
 */
import { InputError } from '@smplab/explore';
import type { MachineLimits } from '@smplab/lwkt';
import type { Driver } from './driver.ts';
import { refusal } from './explored-driver.ts';
import type { CpuReport, MachineReport } from './live/report.ts';
import type { ImageSource } from './live/task.ts';
import { runLockstepMachine } from './lockstep/host.ts';

export interface LockstepDriverOptions {
  readonly name: string;
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: Partial<MachineLimits>;
  readonly asSeed: readonly string[];
  readonly seed: number;
  readonly strategy: string;
  readonly maxSteps: number;
}

export class LockstepDriver implements Driver {
  readonly events = null;
  readonly tokens = null;

  constructor(readonly options: LockstepDriverOptions) {}

  halt(): void {
    // One schedule is over in a moment, or at its limit of steps.
  }

  async run(): Promise<MachineReport> {
    const { strategy, seed, cpus } = this.options;
    let report;
    try {
      report = await runLockstepMachine({ ...this.options, ranges: [{ strategy, seed }] });
    } catch (error) {
      if (error instanceof InputError) return refusal('lockstep', error.message);
      throw error;
    }
    const [outcome] = report.outcomes;
    const hasFailed = outcome.verdict !== 'none';
    const none = { switches: 0, messages: 0, ticks: 0, preemptions: 0 };
    return {
      ...refusal('lockstep', hasFailed ? outcome.message : 'all threads have ended'),
      outcome: hasFailed ? 'failed' : 'halted',
      verdict: hasFailed ? outcome.verdict : null,
      traceHash: outcome.traceHash,
      cpus: Array.from({ length: cpus }, (_, cpu): CpuReport => {
        return { cpu, threadId: report.threadIds[cpu], operations: report.steps[cpu], ...none };
      }),
    };
  }
}
