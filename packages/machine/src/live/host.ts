/**
 * Owns a live machine from the outside: it lays out the memory, gives each CPU a worker thread by a long piscina
 * task, waits until all have booted, drives the clock, watches that every CPU makes progress, and ends all of it.
 * Runs on the main thread; all code of users runs in the workers.
 *
 *     boot -> (all CPUs say "booted", or a time limit) -> go -> tick ... watch -> halted | a CPU failed -> report
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { Memory } from '@smplab/kmem';
import {
  bootIdleThreads,
  bootThread,
  CPU_IDLE,
  CPU_RUNNING,
  CPU_WAITING,
  DOORBELL_HALT,
  DOORBELL_TICK,
  enqueue,
  functionNumber,
  GD,
  KERN,
  Kernel,
  type MachineLimits,
  Registry,
  TD,
  TDF_SYSTEM,
  tdallq,
} from '@smplab/lwkt';
import { Piscina } from 'piscina';
import { MAIN } from '../machine-scenario.ts';
import { cpuReports, type MachineReport } from './report.ts';
import type { CpuMessage, CpuResult, CpuTask, ImageSource } from './task.ts';

const WATCH_MS = 100;
const BOOT_LIMIT_SECONDS = 20;
const WATCHDOG_SECONDS = 1.5;
/** How long CPUs are given to stop by themselves before their threads are ended. */
const GRACE_MS = 300;

/** What a live machine is made of; limits are complete. */
export interface LiveMachineOptions {
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: MachineLimits;
  readonly asSeed?: readonly string[];
  readonly seed?: number;
  /** Ends the machine after this time; default: never. */
  readonly timeLimitSeconds?: number;
  readonly bootLimitSeconds?: number;
  /** A CPU that reaches no operation for this long has failed. */
  readonly watchdogSeconds?: number;
  readonly onLog?: (cpuid: number, text: string) => void;
  /** Called with the memory when the machine failed; gives the path of the crash dump. */
  readonly writeDump?: (memory: Memory, functions: ReadonlyMap<number, string>, report: MachineReport) => string;
}

/** Why a machine ended, before it is written down. */
interface Ending {
  readonly outcome: MachineReport['outcome'];
  readonly verdict: string | null;
  readonly message: string;
  readonly cpu: number | null;
  readonly thread: string | null;
  readonly stack: string;
}

export class LiveMachine {
  readonly memory: Memory;
  readonly kernel: Kernel;
  readonly threadIds: number[] = [];
  readonly #functions = new Map<number, string>();
  readonly #controllers: AbortController[] = [];
  readonly #ports: MessagePort[] = [];
  readonly #tasks: Promise<void>[] = [];
  #pool: Piscina<CpuTask, CpuResult> | null = null;
  #ending: Ending | null = null;
  #settle: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => (this.#settle = resolve));
  #alive = 0;
  #startedMs = 0;

  constructor(readonly options: LiveMachineOptions) {
    const { cpus, limits, asSeed = [] } = options;
    this.memory = Memory.create({ maximumWords: limits.memoryWords });
    this.kernel = Kernel.boot(this.memory, new Registry(), { cpus, limits, asSeed });
    bootIdleThreads(this.kernel);
    const main = bootThread(this.kernel, 0, functionNumber(MAIN), { name: MAIN });
    enqueue({ kernel: this.kernel, gd: this.kernel.gdOf(0) } as never, main);
  }

  /** Boots, runs to the end, and cleans up; never rejects for what a machine or its programs do. */
  async run(): Promise<MachineReport> {
    this.#startedMs = performance.now();
    const timers: NodeJS.Timeout[] = [];
    try {
      await this.#boot();
      if (this.#ending === null) {
        this.#go();
        timers.push(this.#clock(), this.#watchdog());
        const { timeLimitSeconds } = this.options;
        if (timeLimitSeconds !== undefined) {
          timers.push(setTimeout(() => this.halt('time-limit', `stopped after ${timeLimitSeconds} s`), timeLimitSeconds * 1000));
        }
        await this.#ended;
      }
      await this.#stopAll();
    } finally {
      for (const timer of timers) clearInterval(timer);
      for (const port of this.#ports) port.close();
      await this.#pool?.destroy();
    }
    return this.#report();
  }

  /** Ends the machine from outside. */
  halt(outcome: MachineReport['outcome'] = 'interrupted', message = 'halted from outside'): void {
    this.#end({ outcome, verdict: null, message, cpu: null, thread: null, stack: '' });
  }

  // ---- booting ----------------------------------------------------------------------------------------------

  async #boot(): Promise<void> {
    const { cpus, bootLimitSeconds = BOOT_LIMIT_SECONDS } = this.options;
    const worker = import.meta.url.endsWith('.ts') ? '../../dist/live/worker.js' : './worker.js';
    this.#pool = new Piscina<CpuTask, CpuResult>({
      filename: fileURLToPath(new URL(worker, import.meta.url)),
      name: 'runCpu',
      execArgv: [],
      minThreads: cpus,
      maxThreads: cpus,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      workerHistogram: false,
    });
    // A worker that dies rejects its task as well, which is where it is dealt with.
    this.#pool.on('error', () => undefined);
    const booted = Array.from({ length: cpus }, (_, cpuid) => this.#startCpu(cpuid));
    const limit = setTimeout(() => {
      const missing = Array.from({ length: cpus }, (_, cpuid) => cpuid).filter((cpuid) => this.threadIds[cpuid] === undefined);
      this.halt('boot-failed', `cpu${missing.join(', cpu')} did not boot within ${bootLimitSeconds} s`);
    }, bootLimitSeconds * 1000);
    await Promise.race([Promise.all(booted), this.#ended]);
    clearTimeout(limit);
  }

  /** Starts the worker of a CPU; resolves when it has booted. */
  #startCpu(cpuid: number): Promise<void> {
    const { cpus, images, limits, asSeed = [], seed = 1 } = this.options;
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1);
    const controller = new AbortController();
    this.#controllers[cpuid] = controller;
    const task: CpuTask = { memory: this.memory.buffer, cpuid, cpus, images, limits, asSeed, seed, port: port2 };
    const run = (this.#pool as Piscina<CpuTask, CpuResult>).run(task, { transferList: [port2], signal: controller.signal });
    this.#alive++;
    this.#tasks.push(
      run
        .then((result) => this.#cpuEnded(cpuid, result))
        .catch((error: unknown) => this.#cpuDied(cpuid, error))
        .finally(() => {
          if (--this.#alive === 0) this.halt('halted', 'all threads have ended');
        }),
    );
    return new Promise((resolve) => {
      port1.on('message', (message: CpuMessage) => {
        if (message.kind === 'log') this.options.onLog?.(message.cpuid, message.text);
        else {
          this.threadIds[cpuid] = message.threadId;
          for (const [number, name] of message.functions) this.#functions.set(number, name);
          resolve();
        }
      });
    });
  }

  #go(): void {
    const go = this.kernel.kern + KERN.k_go;
    Atomics.store(this.memory.words, go, 1);
    Atomics.notify(this.memory.words, go);
  }

  // ---- while it runs --------------------------------------------------------------------------------------

  /** Advances the time, and interrupts the CPUs that run something or have a timeout due. */
  #clock(): NodeJS.Timeout {
    const { hz } = this.options.limits;
    const ticks = this.kernel.kern + KERN.k_ticks;
    const started = performance.now();
    return setInterval(() => {
      const { words } = this.memory;
      const now = Math.floor(((performance.now() - started) * hz) / 1000);
      Atomics.store(words, ticks, now);
      for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) {
        const gd = this.kernel.gdOf(cpuid);
        const next = words[gd + GD.gd_nexttimo];
        const isDue = (next !== -1 && next - now <= 0) || words[gd + GD.gd_passive] !== 0;
        if (isDue || Atomics.load(words, gd + GD.gd_state) === CPU_RUNNING) this.#ring(cpuid, DOORBELL_TICK);
      }
    }, 1000 / hz);
  }

  /** Looks whether every CPU makes progress, and whether the machine as a whole still can. */
  #watchdog(): NodeJS.Timeout {
    const limit = Math.ceil(((this.options.watchdogSeconds ?? WATCHDOG_SECONDS) * 1000) / WATCH_MS);
    const seen = new Int32Array(this.options.cpus);
    const still = new Int32Array(this.options.cpus);
    let stuckFor = 0;
    return setInterval(() => {
      const { words } = this.memory;
      let isStuck = true;
      for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) {
        const gd = this.kernel.gdOf(cpuid);
        const beat = Atomics.load(words, gd + GD.gd_heartbeat);
        const state = Atomics.load(words, gd + GD.gd_state);
        const hasMoved = beat !== seen[cpuid];
        seen[cpuid] = beat;
        still[cpuid] = hasMoved || state !== CPU_RUNNING ? 0 : still[cpuid] + 1;
        if (still[cpuid] >= limit) this.#noProgress(cpuid);
        const waits = state === CPU_IDLE || state === CPU_WAITING;
        if (!waits || hasMoved || words[gd + GD.gd_nexttimo] !== -1 || words[gd + GD.gd_passive] !== 0) isStuck = false;
      }
      stuckFor = isStuck ? stuckFor + 1 : 0;
      if (stuckFor >= limit) this.#stuck();
    }, WATCH_MS);
  }

  #noProgress(cpuid: number): void {
    const thread = this.#threadName(this.memory.words[this.kernel.gdOf(cpuid) + GD.gd_curthread]);
    const seconds = this.options.watchdogSeconds ?? WATCHDOG_SECONDS;
    this.#end({
      outcome: 'failed',
      verdict: 'panic',
      message: `cpu${cpuid} reached no operation for ${seconds} s: thread ${thread} computes without end, or sleeps outside the kernel`,
      cpu: cpuid,
      thread,
      stack: '',
    });
  }

  #stuck(): void {
    const threads = this.#sleepers();
    this.#end({
      outcome: 'failed',
      verdict: 'deadlock',
      message: `every CPU is idle and nothing will wake ${threads.join(', ')}`,
      cpu: null,
      thread: null,
      stack: '',
    });
  }

  /** Names of the threads that have not ended. */
  #sleepers(): string[] {
    const names: string[] = [];
    for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) {
      for (const td of tdallq.foreach(this.memory, (this.kernel.gdOf(cpuid) + GD.gd_tdallq) as never)) {
        if ((this.memory.words[td + TD.td_flags] & TDF_SYSTEM) === 0) names.push(`${this.#threadName(td)} (cpu${cpuid})`);
      }
    }
    return names;
  }

  #threadName(td: number): string {
    return td === 0 ? 'none' : Buffer.from(this.memory.bytes.slice((td + TD.td_comm) * 4, (td + TD.td_comm) * 4 + 16)).toString().replace(/\0.*$/s, '');
  }

  #ring(cpuid: number, bits: number): void {
    const doorbell = this.kernel.gdOf(cpuid) + GD.gd_doorbell;
    Atomics.or(this.memory.words, doorbell, bits);
    Atomics.notify(this.memory.words, doorbell);
  }

  // ---- the end ----------------------------------------------------------------------------------------------

  #cpuEnded(cpuid: number, result: CpuResult): void {
    if (result.kind === 'halted') return;
    if (result.kind === 'refused') this.halt('refused', result.message);
    else this.#end({ ...result, outcome: 'failed', cpu: cpuid });
  }

  #cpuDied(cpuid: number, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const during = this.threadIds[cpuid] === undefined ? 'while it booted' : 'while it ran';
    this.#end({
      outcome: 'failed',
      verdict: 'panic',
      message: `cpu${cpuid} died ${during}: ${message}`,
      cpu: cpuid,
      thread: this.#threadName(this.memory.words[this.kernel.gdOf(cpuid) + GD.gd_curthread]),
      stack: '',
    });
  }

  /** The first reason counts. */
  #end(ending: Ending): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#settle();
  }

  /** Asks every CPU to stop; ends the threads of those that do not. */
  async #stopAll(): Promise<void> {
    Atomics.store(this.memory.words, this.kernel.kern + KERN.k_halt, 1);
    this.#go();
    for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) this.#ring(cpuid, DOORBELL_HALT);
    const all = Promise.allSettled(this.#tasks).then(() => true);
    const grace = new Promise<boolean>((resolve) => setTimeout(resolve, GRACE_MS, false));
    if (await Promise.race([all, grace])) return;
    for (const controller of this.#controllers) controller.abort();
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, GRACE_MS))]);
  }

  #report(): MachineReport {
    const ending = this.#ending as Ending;
    const report: MachineReport = {
      ...ending,
      cpus: cpuReports(this.kernel, this.threadIds),
      ticks: this.kernel.ticks,
      seconds: (performance.now() - this.#startedMs) / 1000,
      dump: null,
    };
    if (ending.outcome !== 'failed' || this.options.writeDump === undefined) return report;
    return { ...report, dump: this.options.writeDump(this.memory, this.#functions, report) };
  }
}
