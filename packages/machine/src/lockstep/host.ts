/**
 * Owns a lockstep machine from the outside: a worker thread for each CPU and one for the conductor, by long
 * piscina tasks, and what becomes of a worker that dies. Runs on the main thread.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
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

type Pool = Piscina<LockstepCpuTask | ConductorTask, LockstepResult>;

/** What all workers get. */
type Shared = Pick<ConductorTask, 'memory' | 'states' | 'stages' | 'limits' | 'asSeed'>;

const BOOT_LIMIT_SECONDS = 20;
const INITIAL_WORDS = 8192;
const WATCH_MS = 100;
/** Looks at one and the same turn before its worker counts as lost: a second and a half. */
const LOOKS_MAXIMUM = 15;

/** Runs the schedules on worker threads. Rejects with InputError for an image that cannot be used. */
export async function runLockstepMachine(options: LockstepOptions): Promise<LockstepReport> {
  const { cpus, asSeed = [], name, maxSteps = 100_000, ranges } = options;
  const limits = limitsFor(options);
  // Laid out by the worker of cpu0, which has the images.
  const memory = Memory.create({ initialWords: INITIAL_WORDS, maximumWords: limits.memoryWords });
  const stages = Array.from({ length: cpus }, () => Stage.create());
  const shared = {
    memory: memory.buffer,
    states: new SharedArrayBuffer(limits.memoryWords),
    stages: stages.map((stage) => stage.buffer),
    limits,
    asSeed,
  };
  const pool = makePool(cpus + 1);
  const timers: NodeJS.Timeout[] = [];
  try {
    const workers = stages.map((stage, cpuid) => startCpu(pool, shared, stage, cpuid, options.images));
    await bootOf(workers, timers);
    timers.push(watch(workers));
    const conducted = await pool.run({ ...shared, role: 'conductor', name, maxSteps, ranges });
    const results = await Promise.all(workers.map((worker) => worker.ended));
    return {
      outcomes: conducted.kind === 'conductor' ? conducted.outcomes : [],
      threadIds: results.map((result) => (result?.kind === 'cpu' ? result.threadId : 0)),
      steps: results.map((result) => (result?.kind === 'cpu' ? result.steps : 0)),
    };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await pool.destroy();
  }
}

/** The limits as the machine has them in every worker. */
function limitsFor({ name, cpus, limits }: LockstepOptions): MachineLimits {
  const registry = new Registry();
  // The functions themselves are loaded by the workers only.
  const main = registry.register(MAIN, function* () {});
  return new ExploredMachine(name, { cpus, registry, main, ...(limits && { limits }) }).limits;
}

function makePool(threads: number): Pool {
  const worker = import.meta.url.endsWith('.ts') ? '../../dist/lockstep/worker.js' : './worker.js';
  const pool: Pool = new Piscina({
    filename: fileURLToPath(new URL(worker, import.meta.url)),
    name: 'runLockstep',
    execArgv: [],
    // Not more: piscina would replace a worker that was ended, even in a pool that is being destroyed.
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
  // A worker that dies rejects its task as well, which is where it is dealt with.
  pool.on('error', () => undefined);
  return pool;
}

/** A worker that is a CPU. */
interface CpuWorker {
  readonly stage: Stage;
  /** Resolves when the images are loaded; rejects when the worker ends before that. */
  readonly booted: Promise<void>;
  /** What it answered at the end; null if it died. */
  readonly ended: Promise<LockstepResult | null>;
  readonly abort: () => void;
}

function startCpu(
  pool: Pool,
  shared: Shared,
  stage: Stage,
  cpuid: number,
  images: readonly ImageSource[],
): CpuWorker {
  const { port1, port2 } = new MessageChannel();
  const controller = new AbortController();
  const task: LockstepCpuTask = { ...shared, role: 'cpu', cpuid, images, port: port2 };
  const run = pool.run(task, { transferList: [port2], signal: controller.signal });
  const ended = run
    .catch(() => null)
    .finally(() => {
      stage.lose();
      port1.close();
    });
  const booted = new Promise<void>((resolve, reject) => {
    port1.once('message', () => resolve());
    run.then(
      (result) =>
        reject(new InputError(result.kind === 'refused' ? result.message : `cpu${cpuid} ended early`)),
      (error: unknown) => reject(new InputError(`cpu${cpuid} died while it booted: ${String(error)}`)),
    );
  });
  return { stage, booted, ended, abort: () => controller.abort() };
}

/** Waits until every CPU has loaded its images. */
async function bootOf(workers: readonly CpuWorker[], timers: NodeJS.Timeout[]): Promise<void> {
  const late = new Promise<never>((_resolve, reject) => {
    const message = `the CPUs did not boot within ${BOOT_LIMIT_SECONDS} s`;
    timers.push(setTimeout(() => reject(new InputError(message)), BOOT_LIMIT_SECONDS * 1000));
  });
  await Promise.race([Promise.all(workers.map((worker) => worker.booted)), late]);
}

/** Ends a worker that does not give the turn back: its code computes without end. */
function watch(workers: readonly CpuWorker[]): NodeJS.Timeout {
  const turns = workers.map(() => 0);
  const looks = workers.map(() => 0);
  return setInterval(() => {
    for (const [cpuid, { stage, abort }] of workers.entries()) {
      const { turn } = stage;
      looks[cpuid] = turn !== 0 && turn === turns[cpuid] ? looks[cpuid] + 1 : 0;
      turns[cpuid] = turn;
      if (looks[cpuid] < LOOKS_MAXIMUM) continue;
      stage.lose();
      abort();
    }
  }, WATCH_MS);
}
