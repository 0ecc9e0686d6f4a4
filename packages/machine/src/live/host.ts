/**
 * Owns a live machine from the outside: it lays out the memory, gives each CPU a worker thread by a long
 * piscina task, waits until all have booted, drives the clock, watches that every CPU makes progress, and
 * ends all of it. Runs on the main thread; all code of users runs in the workers.
 *
 *     boot -> (all CPUs say "booted", or too late) -> go -> tick ... watch -> halted | a CPU failed -> report
 */
import { Memory } from '@smplab/kmem';
import {
  bootIdleThreads,
  bootThread,
  DOORBELL_HALT,
  DOORBELL_INTERRUPT,
  enqueue,
  functionNumber,
  GD,
  KERN,
  Kernel,
  type MachineLimits,
  Registry,
  VECTORS,
} from '@smplab/lwkt';
import type { CrashReason, CrashSource } from '../crash-dump.ts';
import type { Driver } from '../driver.ts';
import { EventBus } from '../event-bus.ts';
import { type FullPolicy, reserveEventRings, stopEventRings } from '../event-ring.ts';
import { MAIN } from '../machine-scenario.ts';
import { ring, startClock, stopwatch } from './host-clock.ts';
import { Watchdog } from './host-watchdog.ts';
import { type CpuListener, deathOf, HostWorkers } from './host-workers.ts';
import { cpuReports, type MachineOutcome, type MachineReport } from './report.ts';
import type { CpuResult, ImageSource } from './task.ts';
import { currentThread } from './thread-list.ts';

const BOOT_LIMIT_SECONDS = 20;
const WATCHDOG_SECONDS = 1.5;
/** How long CPUs are given to stop by themselves before their threads are ended, and then to be gone. */
const GRACE_MS = 300;
/** Events of each CPU that wait to be taken. */
const EVENT_CAPACITY = 4096;

/** What a live machine is made of; limits are complete, and all is checked (createMachine does). */
export interface LiveMachineOptions {
  readonly cpus: number;
  readonly images: readonly ImageSource[];
  readonly limits: MachineLimits;
  readonly asSeed?: readonly string[];
  readonly seed?: number;
  /** Words the body gets as its arguments. */
  readonly args?: readonly number[];
  /** Ends the machine after this time; default: never. */
  readonly timeLimitSeconds?: number;
  readonly bootLimitSeconds?: number;
  /** JavaScript of each CPU may take so much of the host's memory; default 512. */
  readonly heapMegabytes?: number;
  /** A CPU that reaches no operation for this long has failed. */
  readonly watchdogSeconds?: number;
  /** Somebody will call `interrupt`: a machine that waits for that with a thread for it is no deadlock. */
  readonly devices?: boolean;
  readonly events?: { readonly capacity?: number; readonly policy?: FullPolicy };
  readonly onLog?: (cpuid: number, text: string) => void;
  readonly onBooted?: () => void;
  /** Writes the crash dump of a failed machine; gives its path. */
  readonly writeDump?: (source: CrashSource, reason: CrashReason) => string;
}

/** Why a machine ended, before it is written down. */
type Ending = Pick<MachineReport, 'outcome' | 'verdict' | 'message' | 'cpu' | 'thread' | 'stack'>;

export class LiveMachine implements Driver, CpuListener {
  readonly memory: Memory;
  readonly kernel: Kernel;
  readonly tokens = null;
  readonly threadIds: number[] = [];
  readonly #functions = new Map<number, string>();
  readonly #notes: string[] = [];
  #workers: HostWorkers | null = null;
  #hasRun = false;
  #events: EventBus | null = null;
  #ending: Ending | null = null;
  #settle: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => (this.#settle = resolve));
  #allBooted: () => void = () => undefined;
  readonly #booted = new Promise<void>((resolve) => (this.#allBooted = resolve));
  #running: number;
  #seconds: () => number = stopwatch();
  #bootSeconds: number | null = null;
  #runSeconds: number | null = null;
  /** What a callback of the caller threw. */
  #thrown: { readonly error: unknown } | null = null;

  constructor(readonly options: LiveMachineOptions) {
    const { cpus, limits, asSeed = [], args = [], events = {} } = options;
    this.#running = cpus;
    // All of it at once (the host system gives pages only when they are written): a view that was made before
    // the memory grew would miss what other CPUs put there.
    this.memory = Memory.create({ initialWords: limits.memoryWords, maximumWords: limits.memoryWords });
    this.kernel = Kernel.boot(this.memory, new Registry(), { cpus, limits, asSeed });
    bootIdleThreads(this.kernel);
    const main = bootThread(this.kernel, 0, functionNumber(MAIN), { name: MAIN, args });
    enqueue({ kernel: this.kernel, gd: this.kernel.gdOf(0) } as never, main);
    const { capacity = EVENT_CAPACITY, policy = 'count' } = events;
    reserveEventRings(this.memory, cpus, capacity, { policy, kept: limits.events });
  }

  /** The events; nothing is taken out of the rings before somebody asks for them. */
  get events(): EventBus {
    const registry = { nameOf: (number: number) => this.#functions.get(number) ?? `function ${number}` };
    this.#events ??= new EventBus({
      memory: this.memory,
      ncpus: this.options.cpus,
      registry: registry as never,
    });
    return this.#events;
  }

  async run(): Promise<MachineReport> {
    if (this.#hasRun) throw new Error('a machine runs once: make another one');
    this.#hasRun = true;
    this.#seconds = stopwatch();
    const stops: (() => void)[] = [];
    try {
      await this.#boot();
      if (this.#ending === null) {
        stops.push(...this.#start());
        await this.#ended;
      }
      await this.#stopAll();
    } finally {
      for (const stop of stops) stop();
      if (!(await this.#closeWorkers()))
        this.#notes.push('a worker thread is still in a call of the host system');
      this.#events?.close();
    }
    if (this.#thrown !== null) throw this.#thrown.error;
    return this.#report();
  }

  halt(): void {
    this.#stop('interrupted', 'halted from outside');
  }

  /**
   * Raises an interrupt vector of a CPU, as a device of the host does: its interrupt thread (register_int)
   * runs as soon as the CPU takes interrupts.
   */
  interrupt(cpuid: number, vector: number): void {
    if (!this.kernel.hasCpu(cpuid)) throw new RangeError(`there is no cpu${String(cpuid)}`);
    if (!Number.isInteger(vector) || vector < 0 || vector >= VECTORS)
      throw new RangeError(`interrupt vector ${String(vector)}: a whole number from 0 to ${VECTORS - 1}`);
    Atomics.or(this.memory.words, this.kernel.gdOf(cpuid) + GD.gd_intpend, 1 << vector);
    ring(this.kernel, cpuid, DOORBELL_INTERRUPT);
  }

  /** Ends the worker thread of a CPU at once, as a fault of the host would: for tests. */
  killCpu(cpuid: number): void {
    this.#workers?.kill(cpuid);
  }

  // ---- booting
  // ----------------------------------------------------------------------------------------------

  async #boot(): Promise<void> {
    const {
      cpus,
      images,
      limits,
      asSeed = [],
      seed = 1,
      bootLimitSeconds = BOOT_LIMIT_SECONDS,
    } = this.options;
    const workers = await HostWorkers.create(cpus, this, this.options.heapMegabytes);
    this.#workers = workers;
    for (let cpuid = 0; cpuid < cpus; cpuid++) {
      workers.start({ memory: this.memory.buffer, cpuid, cpus, images, limits, asSeed, seed });
    }
    const limit = setTimeout(() => {
      const missing = Array.from({ length: cpus }, (_, cpuid) => cpuid).filter(
        (cpuid) => this.threadIds[cpuid] === undefined,
      );
      this.#stop('boot-failed', `cpu${missing.join(', cpu')} did not boot within ${bootLimitSeconds} s`);
    }, bootLimitSeconds * 1000);
    await Promise.race([this.#booted, this.#ended]);
    clearTimeout(limit);
  }

  /** Lets the CPUs go; gives what stops the clock and whoever watches. */
  #start(): (() => void)[] {
    const { timeLimitSeconds, watchdogSeconds = WATCHDOG_SECONDS, devices = false, onBooted } = this.options;
    this.#bootSeconds = this.#seconds();
    this.#safely(() => onBooted?.());
    this.#go();
    const watchdog = new Watchdog(this.kernel, watchdogSeconds, devices);
    const watch = watchdog.start((alarm) => this.#end({ outcome: 'failed', stack: '', ...alarm }));
    const stops = [startClock(this.kernel, () => this.#events?.pump()), () => clearInterval(watch)];
    if (timeLimitSeconds !== undefined) {
      const stop = (): void => this.#stop('time-limit', `stopped after ${timeLimitSeconds} s`);
      const limit = setTimeout(stop, timeLimitSeconds * 1000);
      stops.push(() => clearTimeout(limit));
    }
    return stops;
  }

  #go(): void {
    const go = this.kernel.kern + KERN.k_go;
    Atomics.store(this.memory.words, go, 1);
    Atomics.notify(this.memory.words, go);
  }

  // ---- what the workers say
  // -----------------------------------------------------------------------------------

  booted(cpuid: number, threadId: number, functions: readonly (readonly [number, string])[]): void {
    this.threadIds[cpuid] = threadId;
    for (const [number, name] of functions) this.#functions.set(number, name);
    if (this.threadIds.filter((id) => id !== undefined).length === this.options.cpus) this.#allBooted();
  }

  log(cpuid: number, text: string): void {
    this.#safely(() => this.options.onLog?.(cpuid, text));
  }

  ended(cpuid: number, result: CpuResult): void {
    if (result.kind === 'refused') this.#stop('refused', result.message);
    else if (result.kind === 'stopped') {
      if (this.#ending === null) this.#notes.push(...result.details);
      this.#end({ ...result, outcome: 'failed', cpu: cpuid });
    }
    if (--this.#running === 0) this.#stop('halted', 'all threads have ended');
  }

  died(cpuid: number, error: unknown): void {
    const hasBooted = this.threadIds[cpuid] !== undefined;
    this.#end({
      outcome: 'failed',
      verdict: 'panic',
      message: `cpu${cpuid} died while it ${hasBooted ? 'ran' : 'booted'}: ${deathOf(error)}`,
      cpu: cpuid,
      thread: hasBooted ? currentThread(this.kernel, cpuid) : null,
      stack: '',
    });
    this.#running--;
  }

  /** Code of the caller: what it throws ends the machine and comes out of `run`. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#thrown ??= { error };
      this.#stop('interrupted', 'a callback threw');
    }
  }

  // ---- the end
  // ------------------------------------------------------------------------------------------------

  #stop(outcome: MachineOutcome, message: string): void {
    this.#end({ outcome, verdict: null, message, cpu: null, thread: null, stack: '' });
  }

  /** The first reason counts. */
  #end(ending: Ending): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    if (this.#bootSeconds !== null) this.#runSeconds = this.#seconds() - this.#bootSeconds;
    this.#settle();
  }

  /** Asks every CPU to stop; ends the threads of those that do not. */
  async #stopAll(): Promise<void> {
    Atomics.store(this.memory.words, this.kernel.kern + KERN.k_halt, 1);
    stopEventRings(this.memory);
    for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) ring(this.kernel, cpuid, DOORBELL_HALT);
    this.#go();
    if ((await this.#workers?.ended(GRACE_MS)) !== false) return;
    for (let cpuid = 0; cpuid < this.options.cpus; cpuid++) this.#workers?.kill(cpuid);
    await this.#workers?.ended(GRACE_MS);
  }

  /** True if every worker thread is gone. */
  async #closeWorkers(): Promise<boolean> {
    return this.#workers === null || (await this.#workers.close());
  }

  #report(): MachineReport {
    const { outcome, verdict, message, cpu, thread, stack } = this.#ending as Ending;
    const report: MachineReport = {
      driver: 'live',
      outcome,
      verdict,
      message,
      cpu,
      thread,
      stack,
      cpus: cpuReports(this.kernel, this.threadIds),
      ticks: this.kernel.ticks,
      seconds: this.#seconds(),
      runSeconds: this.#runSeconds,
      traceHash: null,
      dump: null,
      notes: this.#notes,
    };
    return outcome === 'failed' ? this.#withDump(report) : report;
  }

  #withDump(report: MachineReport): MachineReport {
    const { writeDump } = this.options;
    if (writeDump === undefined) return report;
    const { verdict, message, cpu, thread } = report;
    const names = [...this.#functions.values()];
    const numbers = new Map([...this.#functions].map(([number, name]) => [name, number]));
    const registry = { names, numberOf: (name: unknown) => numbers.get(String(name)) ?? 0 };
    try {
      const dump = writeDump(
        { memory: this.memory, registry },
        { verdict: verdict ?? 'panic', message, cpu, thread },
      );
      return { ...report, dump };
    } catch (error) {
      return { ...report, notes: [...report.notes, `no crash dump: ${(error as Error).message}`] };
    }
  }
}
