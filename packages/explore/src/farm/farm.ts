/**
 * Owns the farm: exploration, listing and replay of scenario files on worker threads. Runs on the main
 * thread, which never runs code of users: a scenario that hangs, dies or exits is reported, and the command
 * goes on.
 */
import { availableParallelism } from 'node:os';
import { InputError, readSchedule } from '../campaign/schedule-text.ts';
import { settingsOf } from '../campaign/settings.ts';
import type { ExploreOptions, ExploreResult } from '../report/result.ts';
import { Campaign } from './campaign.ts';
import { Control } from './control.ts';
import type { ScenarioTarget } from './load.ts';
import { Pool, WorkerDied, WorkerHung } from './pool.ts';

const PROGRESS_INTERVAL_MS = 250;
const DEFAULT_WATCHDOG_SECONDS = 10;

export interface FarmOptions {
  /** Worker threads; default one per core. */
  readonly workers?: number;
  /** Seconds without an operation after which a scenario counts as stuck; default 10. */
  readonly watchdogSeconds?: number;
}

/** How far a campaign has come. */
export interface Progress {
  readonly schedules: number;
  readonly planned: number;
  readonly steps: number;
  readonly elapsedSeconds: number;
  readonly schedulesPerSecond: number;
}

export interface FarmExploreOptions extends ExploreOptions {
  /** Ends the search; what was found so far is still reported. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export class Farm {
  readonly workers: number;
  readonly #pool: Pool;

  constructor(options: FarmOptions = {}) {
    const { workers = availableParallelism(), watchdogSeconds = DEFAULT_WATCHDOG_SECONDS } = options;
    if (!Number.isSafeInteger(workers) || workers < 1 || workers > 256) {
      throw new InputError(`workers is ${String(workers)}: a whole number from 1 to 256 is needed`);
    }
    if (!(watchdogSeconds > 0)) {
      throw new InputError(`watchdogSeconds is ${String(watchdogSeconds)}: a number above 0 is needed`);
    }
    this.workers = workers;
    this.#pool = new Pool(workers, watchdogSeconds);
  }

  /** Explores one scenario of a file. Rejects with InputError when the file or the options are wrong. */
  async explore(target: ScenarioTarget, options: FarmExploreOptions = {}): Promise<ExploreResult> {
    const { signal, onProgress, ...rest } = options;
    const settings = settingsOf(rest);
    const campaign = new Campaign(this.#pool, target, settings, this.workers);
    const { control } = campaign;
    const stop = (): void => {
      control.stop();
    };
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    const limit = settings.timeLimitSeconds;
    const timer = limit === null ? null : setTimeout(stop, limit * 1000);
    const started = performance.now();
    const reporter = setInterval(() => {
      onProgress?.(progressOf(control, settings.schedules, (performance.now() - started) / 1000));
    }, PROGRESS_INTERVAL_MS);
    try {
      return await campaign.run();
    } finally {
      clearInterval(reporter);
      if (timer !== null) clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Names of the scenarios a file exports. */
  async list(target: Omit<ScenarioTarget, 'name'>): Promise<readonly string[]> {
    const control = new Control().start();
    try {
      const answer = await this.#pool.run(control, { kind: 'list', target: { ...target, name: '' } });
      return answer.kind === 'list' ? answer.names : [];
    } catch (error) {
      throw this.#inWords(error, target.file);
    }
  }

  /**
   * Runs a recorded schedule again. Rejects with ScheduleError or InputError, in words, when it does not fit.
   */
  async replay(target: ScenarioTarget, text: string): Promise<ExploreResult> {
    readSchedule(text);
    const control = new Control().start();
    try {
      const answer = await this.#pool.run(control, { kind: 'replay', target, text });
      if (answer.kind === 'replay') return answer.result;
      throw new Error(`unexpected answer ${answer.kind}`);
    } catch (error) {
      throw this.#inWords(error, target.file);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #inWords(error: unknown, file: string): unknown {
    if (error instanceof WorkerHung) {
      return new InputError(
        `${file} made no progress for ${this.#pool.watchdogSeconds} s: ` +
          'does it loop for ever without an operation?',
      );
    }
    if (error instanceof WorkerDied)
      return new InputError(`${file} ended its worker thread: ${error.message}`);
    return error;
  }
}

function progressOf(control: Control, planned: number, elapsedSeconds: number): Progress {
  let schedules = 0;
  let steps = 0;
  for (const slot of control.slots()) {
    schedules += slot.schedules;
    steps += slot.steps;
  }
  return {
    schedules,
    planned,
    steps,
    elapsedSeconds,
    schedulesPerSecond: schedules / Math.max(elapsedSeconds, 1e-3),
  };
}
