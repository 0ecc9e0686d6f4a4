/**
 * Owns a lockstep machine from the outside: a worker thread for each CPU and one for the conductor, by long piscina
 * tasks, and what becomes of a worker that dies. Runs on the main thread.
 */
import { fileURLToPath } from 'node:url';
import { InputError } from '@smplab/explore';
import { Memory } from '@smplab/kmem';
import { ExploredMachine, type MachineLimits, Registry } from '@smplab/lwkt';
import { Piscina } from 'piscina';
import type { ImageSource } from '../live/task.ts';
import { MAIN } from '../machine-scenario.ts';
import type { ScheduleOutcome, ScheduleRange } from '../schedule-run.ts';
import { Stage } from './stage.ts';
import type { ConductorTask, LockstepCpuTask, LockstepResult } from './task.ts';

export interface LockstepOptions {
  readonly name: string;
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits?: Partial<MachineLimits>;
  readonly asSeed?: readonly string[];
  readonly maxSteps?: number;
  /** Which schedules to run, one after the other. */
  readonly ranges: readonly ScheduleRange[];
}

/** What a lockstep machine has done. */
export interface LockstepReport {
  readonly outcomes: readonly ScheduleOutcome[];
  /** Worker thread of each CPU. */
  readonly threadIds: readonly number[];
  /** Steps each CPU made. */
  readonly steps: readonly number[];
}

/** Runs the schedules on worker threads. Rejects with InputError for an image that cannot be used. */
export async function runLockstepMachine(options: LockstepOptions): Promise<LockstepReport> {
  const { cpus, images, asSeed = [], name, maxSteps = 100_000, ranges } = options;
  const registry = new Registry();
  // The functions themselves are loaded by the workers only.
  const main = registry.register(MAIN, function* () {});
  const booted = new ExploredMachine(name, {
    cpus,
    registry,
    main,
    asSeed,
    ...(options.limits && { limits: options.limits }),
  });
  const { limits, image } = booted;
  const memory = Memory.create({ initialWords: image.length + 4096, maximumWords: limits.memoryWords });
  memory.words.set(image.words);
  const stages = Array.from({ length: cpus }, () => Stage.create());
  const worker = import.meta.url.endsWith('.ts') ? '../../dist/lockstep/worker.js' : './worker.js';
  const pool = new Piscina<LockstepCpuTask | ConductorTask, LockstepResult>({
    filename: fileURLToPath(new URL(worker, import.meta.url)),
    name: 'runLockstep',
    execArgv: [],
    minThreads: cpus + 1,
    maxThreads: cpus + 1,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
  pool.on('error', () => undefined);
  const shared = { memory: memory.buffer, stages: stages.map((stage) => stage.buffer), limits, asSeed };
  let refused: string | null = null;
  let died: unknown = null;
  try {
    const running = stages.map(async (stage, cpuid) => {
      try {
        const result = await pool.run({ ...shared, role: 'cpu', cpuid, images });
        if (result.kind === 'refused') refused ??= result.message;
        else return result;
      } catch (error) {
        died ??= error;
      }
      stage.lose();
      return null;
    });
    const conducted = await pool.run({ ...shared, role: 'conductor', name, maxSteps, ranges });
    if (refused !== null) throw new InputError(refused);
    if (conducted.kind !== 'conductor') throw died;
    const cpuResults = await Promise.all(running);
    return {
      outcomes: conducted.outcomes,
      threadIds: cpuResults.map((result) => (result?.kind === 'cpu' ? result.threadId : 0)),
      steps: cpuResults.map((result) => (result?.kind === 'cpu' ? result.steps : 0)),
    };
  } finally {
    await pool.destroy();
  }
}
