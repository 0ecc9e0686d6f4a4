/**
 * Owns the worker threads of a live machine: a piscina pool with one long task for each CPU, what they say,
 * and their end, by word or by force. Runs on the main thread.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import type { CpuMessage, CpuResult, CpuTask, DescribeTask, ImageDescription, ImageSource } from './task.ts';

/** A program may not take more of the host than this, for each CPU. */
const HEAP_MB = 512;
/**
 * How long ended threads are waited for: one that is in a call of the host system cannot be ended before it
 * returns.
 */
const DESTROY_MS = 2000;

/** What is heard of the CPUs. */
export interface CpuListener {
  booted(cpuid: number, threadId: number, functions: readonly (readonly [number, string])[]): void;
  log(cpuid: number, text: string): void;
  ended(cpuid: number, result: CpuResult): void;
  /** Its worker thread is gone, or failed otherwise. */
  died(cpuid: number, error: unknown): void;
}

export class HostWorkers {
  readonly #pool: Piscina;
  readonly #controllers: AbortController[] = [];
  readonly #ports: MessagePort[] = [];
  readonly #tasks: Promise<void>[] = [];
  readonly #logsTaken: Int32Array;

  private constructor(
    pool: Piscina,
    cpus: number,
    readonly listener: CpuListener,
  ) {
    this.#pool = pool;
    this.#logsTaken = new Int32Array(new SharedArrayBuffer(4 * cpus));
  }

  /** `heapMegabytes`: what JavaScript of a CPU may take of the host; default 512. */
  static async create(cpus: number, listener: CpuListener, heapMegabytes = HEAP_MB): Promise<HostWorkers> {
    return new HostWorkers(await createPool(cpus, heapMegabytes), cpus, listener);
  }

  /** Starts the worker of a CPU. */
  start(task: Omit<CpuTask, 'port' | 'logsTaken'>): void {
    const { cpuid } = task;
    const { port1, port2 } = new MessageChannel();
    this.#ports[cpuid] = port1;
    port1.on('message', (message: CpuMessage) => this.#heard(cpuid, message));
    const controller = new AbortController();
    this.#controllers[cpuid] = controller;
    const logsTaken = this.#logsTaken.buffer as SharedArrayBuffer;
    const run = this.#pool.run(
      { ...task, logsTaken, port: port2 },
      { transferList: [port2], signal: controller.signal },
    );
    this.#tasks[cpuid] = run.then(
      (result: CpuResult) => this.listener.ended(cpuid, result),
      (error: unknown) => this.listener.died(cpuid, error),
    );
  }

  #heard(cpuid: number, message: CpuMessage): void {
    if (message.kind === 'booted') {
      this.listener.booted(cpuid, message.threadId, message.functions);
      return;
    }
    Atomics.add(this.#logsTaken, cpuid, 1);
    this.listener.log(message.cpuid, message.text);
  }

  /** Ends the worker thread of a CPU, whatever it does. */
  kill(cpuid: number): void {
    this.#controllers[cpuid]?.abort();
  }

  /** Resolves to true when all tasks have ended, to false when they have not after a while. */
  async ended(milliseconds: number): Promise<boolean> {
    return within(milliseconds, Promise.all(this.#tasks));
  }

  /** Ends what is left and takes the last lines. True if every worker thread is gone. */
  async close(): Promise<boolean> {
    const isGone = await within(DESTROY_MS, this.#pool.destroy());
    for (const [cpuid, port] of this.#ports.entries()) {
      for (let last = receiveMessageOnPort(port); last !== undefined; last = receiveMessageOnPort(port)) {
        this.#heard(cpuid, last.message as CpuMessage);
      }
      port.close();
    }
    return isGone;
  }
}

/** What the images export: found by loading them in a worker thread, which is given up after a while. */
export async function describeImages(
  images: readonly ImageSource[],
  limitSeconds: number,
): Promise<ImageDescription> {
  const pool = await createPool(1);
  try {
    const task: DescribeTask = { images };
    const answer = pool.run(task, { name: 'describe' }) as Promise<ImageDescription>;
    const late: ImageDescription = {
      kind: 'refused',
      message: `the image was not loaded within ${limitSeconds} s`,
    };
    let result = late as ImageDescription;
    await within(
      limitSeconds * 1000,
      answer.then(
        (described) => (result = described),
        (error: unknown) =>
          (result = { kind: 'refused', message: `loading the image ended its worker: ${deathOf(error)}` }),
      ),
    );
    return result;
  } finally {
    await within(DESTROY_MS, pool.destroy());
  }
}

/** Why a worker thread is gone, in words. */
export function deathOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const exit = /worker exited with code: (-?\d+)/.exec(message);
  if (exit !== null) return `its program called process.exit(${exit[1] ?? ''})`;
  if (/task has been aborted/.test(message)) return 'its worker thread was ended';
  if (/memory limit/.test(message)) return 'its program used more memory than it may (heapMegabytes)';
  return message;
}

async function createPool(threads: number, heapMegabytes = HEAP_MB): Promise<Piscina> {
  // Loaded when it is needed: workers import this package as well, and never run a pool.
  const { Piscina } = await import('piscina');
  const worker = import.meta.url.endsWith('.ts') ? '../../dist/live/worker.js' : './worker.js';
  const pool = new Piscina({
    filename: fileURLToPath(new URL(worker, import.meta.url)),
    name: 'runCpu',
    // What the host was started with (loaders, conditions) would make a second copy of this package.
    execArgv: [],
    // A thread for each task, and none in place of one that was ended: its exit may come after the pool was
    // destroyed, which would then start threads nobody ends (piscina 5.3.2, _onError).
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  // A worker that dies rejects its task as well, which is where it is dealt with.
  pool.on('error', () => undefined);
  return pool;
}

/** Whether something came to its end in time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
