/**
 * Owns the worker threads of a farm: a piscina pool, the watch over workers that got stuck, and what is known
 * of one that died. Runs on the main thread; all code of users runs in the workers.
 */
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { InputError } from '../campaign/schedule-text.ts';
import type { Control, Slot } from './control.ts';
import type { Answer, TaskBody } from './task.ts';

const WATCH_INTERVAL_MS = 100;

/** Where a worker stood when it was last seen. */
export interface Snapshot {
  readonly phase: number;
  readonly schedule: number;
  readonly step: number;
  readonly strand: number;
}

/** A worker made no progress for the watchdog's time and was ended. */
export class WorkerHung extends Error {
  constructor(readonly snapshot: Snapshot) {
    super('a worker thread made no progress and was ended');
    this.name = 'WorkerHung';
  }
}

/** A worker thread ended in the middle of a task. */
export class WorkerDied extends Error {
  constructor(
    message: string,
    readonly snapshot: Snapshot | null,
  ) {
    super(message);
    this.name = 'WorkerDied';
  }
}

/** smplab itself failed: a bug. */
export class FarmError extends Error {
  constructor(message: string, stack: string) {
    super(message);
    this.name = 'FarmError';
    this.stack = stack;
  }
}

export class Pool {
  #piscina: Promise<Piscina<unknown, Answer>> | null = null;
  #tasks = 0;

  constructor(
    readonly workers: number,
    readonly watchdogSeconds: number,
  ) {}

  /**
   * Piscina is loaded when it is needed: workers and in-process users import this module and never run a
   * pool.
   */
  async #start(): Promise<Piscina<unknown, Answer>> {
    const { Piscina } = await import('piscina');
    const isSource = import.meta.url.endsWith('.ts');
    const worker = new URL(isSource ? './worker.ts' : './worker.js', import.meta.url);
    const piscina = new Piscina<unknown, Answer>({
      filename: fileURLToPath(worker),
      name: 'work',
      // Built workers need no TypeScript loader of ours; one would make a second copy of this package.
      execArgv: isSource ? process.execArgv : [],
      minThreads: 1,
      maxThreads: this.workers,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      workerHistogram: false,
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    // A worker that dies rejects its task too, which is where it is dealt with.
    piscina.on('error', () => undefined);
    return piscina;
  }

  /** Runs a task; rejects with InputError, WorkerHung, WorkerDied or FarmError. */
  async run(control: Control, body: TaskBody): Promise<Answer> {
    const task = ++this.#tasks;
    const controller = new AbortController();
    let hung: Snapshot | null = null;
    const watch = this.#watch(control, task, (snapshot) => {
      hung = snapshot;
      controller.abort();
    });
    let answer: Answer;
    try {
      const piscina = await (this.#piscina ??= this.#start());
      answer = await piscina.run({ ...body, task, control: control.buffer }, { signal: controller.signal });
    } catch (error) {
      const slot = slotOf(control, task);
      const last = slot === undefined ? null : snapshotOf(slot);
      slot?.begin(0, 0);
      if (hung !== null) throw new WorkerHung(hung);
      throw new WorkerDied(error instanceof Error ? error.message : String(error), last);
    } finally {
      clearInterval(watch);
    }
    if (answer.kind === 'refused') throw new InputError(answer.message);
    if (answer.kind === 'broken') throw new FarmError(answer.message, answer.stack);
    return answer;
  }

  async close(): Promise<void> {
    await (await this.#piscina)?.destroy();
  }

  /** Calls back once if the worker on the task stands still for the watchdog's time. */
  #watch(control: Control, task: number, onHung: (snapshot: Snapshot) => void): NodeJS.Timeout {
    let pulse = '';
    let since = performance.now();
    return setInterval(() => {
      const slot = slotOf(control, task);
      const now = performance.now();
      if (slot === undefined || slot.pulse !== pulse) {
        pulse = slot?.pulse ?? '';
        since = now;
      } else if (now - since > this.watchdogSeconds * 1000) {
        since = Infinity;
        onHung(snapshotOf(slot));
      }
    }, WATCH_INTERVAL_MS);
  }
}

function slotOf(control: Control, task: number): Slot | undefined {
  return control.slots().find((slot) => slot.task === task);
}

function snapshotOf(slot: Slot): Snapshot {
  return { phase: slot.phase, schedule: slot.schedule, step: slot.step, strand: slot.strand };
}
