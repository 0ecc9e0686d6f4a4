/**
 * Owns the runs of an experiment on worker threads: which worker makes which run is chance, what comes of it
 * is not. Runs on the main thread.
 */
import { fileURLToPath } from 'node:url';
import type { Overrides, Plan, RunPlan, RunResult } from '@smplab/sched';
import type { Piscina } from 'piscina';
import { Refusal } from '../refusal.ts';
import type { ExperimentAnswer, ExperimentTarget, ExperimentTask } from './experiment-task.ts';

type Pool = Piscina<ExperimentTask, ExperimentAnswer>;

async function createPool(workers: number): Promise<Pool> {
  const { Piscina } = await import('piscina');
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new URL(isSource ? './worker.ts' : './worker.js', import.meta.url);
  return new Piscina<ExperimentTask, ExperimentAnswer>({
    filename: fileURLToPath(worker),
    name: 'work',
    execArgv: isSource ? process.execArgv : [],
    minThreads: 1,
    maxThreads: workers,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
}

export class RunFarm {
  readonly #target: ExperimentTarget;
  readonly #overrides: Overrides;
  readonly #workers: number;
  #pool: Promise<Pool> | null = null;

  constructor(target: ExperimentTarget, overrides: Overrides, workers: number) {
    this.#target = target;
    this.#overrides = overrides;
    this.#workers = workers;
  }

  async #ask(
    task: { kind: 'plan' } | { kind: 'run'; run: RunPlan; trace?: string },
  ): Promise<ExperimentAnswer> {
    const pool = await (this.#pool ??= createPool(this.#workers));
    let answer: ExperimentAnswer;
    try {
      answer = await pool.run({ ...task, target: this.#target, overrides: this.#overrides });
    } catch (error) {
      // Code of the spec has ended the thread, or had it run out of memory.
      throw new Refusal(`${this.#target.file} ended its worker thread: ${(error as Error).message}`);
    }
    if (answer.kind === 'refused') throw new Refusal(answer.message);
    if (answer.kind === 'broken') throw Object.assign(new Error(answer.message), { stack: answer.stack });
    return answer;
  }

  /** Loads the experiment; rejects with a Refusal if it is wrong. */
  async plan(): Promise<Plan> {
    const answer = await this.#ask({ kind: 'plan' });
    if (answer.kind !== 'plan') throw new Error(`unexpected answer ${answer.kind}`);
    return answer.plan;
  }

  /**
   * Makes all runs, or those that are made until the signal; in no order. The first is recorded into the file
   * `trace`, if one is given.
   */
  async run(
    runs: readonly RunPlan[],
    signal: AbortSignal,
    onRun: () => void,
    trace?: string,
  ): Promise<RunResult[]> {
    const results: RunResult[] = [];
    const left = runs.values();
    const pump = async (): Promise<void> => {
      for (const run of left) {
        if (signal.aborted) return;
        const answer = await this.#ask({
          kind: 'run',
          run,
          ...(trace !== undefined && run === runs[0] && { trace }),
        });
        if (answer.kind === 'run') results.push(answer.result);
        onRun();
      }
    };
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
    });
    const pumps = Promise.all(Array.from({ length: this.#workers }, pump));
    // A run under way when the signal comes is given up: its worker ends with the pool.
    pumps.catch(() => undefined);
    await Promise.race([pumps, stopped]);
    return [...results];
  }

  async close(): Promise<void> {
    await (await this.#pool)?.destroy();
  }
}
