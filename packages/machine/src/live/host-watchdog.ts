/**
 * Owns the watch over the CPUs of a live machine from outside their workers: does each reach operations, does
 * it take its clock interrupts, and can the machine as a whole still go on? Runs on the main thread, ten
 * times a second. A look that comes late does not count: then this process got no time itself, nor did the
 * workers.
 *
 *     running, no operation for a while        it computes without end, or sleeps outside the kernel
 *     running, operations, but no clock tick   it does not leave a critical section
 *     all idle or waiting, nothing pending     deadlock, unless a device of the host may interrupt
 */
import { CPU_IDLE, CPU_RUNNING, CPU_WAITING, GD, KERN, type Kernel, VECTORS } from '@smplab/lwkt';
import { stopwatch } from './host-clock.ts';
import { currentThread, livingThreads } from './thread-list.ts';

const WATCH_MS = 100;
/** A look later than this tells nothing. */
const LATE_SECONDS = (3 * WATCH_MS) / 1000;

/** What is wrong with the machine. */
export interface Alarm {
  readonly verdict: 'panic' | 'deadlock';
  readonly message: string;
  readonly cpu: number | null;
  readonly thread: string | null;
}

export class Watchdog {
  readonly #limit: number;
  readonly #beats: Int32Array;
  readonly #ticks: Int32Array;
  readonly #beatless: Int32Array;
  readonly #tickless: Int32Array;
  #stuckFor = 0;

  constructor(
    readonly kernel: Kernel,
    readonly seconds: number,
    /** Somebody outside may raise interrupts. */
    readonly hasDevices = false,
  ) {
    this.#limit = Math.ceil((seconds * 1000) / WATCH_MS);
    const { ncpus } = kernel;
    this.#beats = new Int32Array(ncpus);
    this.#ticks = new Int32Array(ncpus);
    this.#beatless = new Int32Array(ncpus);
    this.#tickless = new Int32Array(ncpus);
  }

  /** Looks regularly; ended by clearInterval. */
  start(onAlarm: (alarm: Alarm) => void): NodeJS.Timeout {
    let since = stopwatch();
    return setInterval(() => {
      const late = since() > LATE_SECONDS;
      since = stopwatch();
      if (late) return;
      const alarm = this.look();
      if (alarm !== null) onAlarm(alarm);
    }, WATCH_MS);
  }

  /** One look; what is wrong, if it has been for long enough. */
  look(): Alarm | null {
    const { kernel } = this;
    let canGoOn = false;
    let alarm: Alarm | null = null;
    for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
      if (this.#lookAt(cpuid)) canGoOn = true;
      alarm ??= this.#alarmOf(cpuid);
    }
    canGoOn ||= this.hasDevices && servesInterrupts(kernel);
    this.#stuckFor = canGoOn ? 0 : this.#stuckFor + 1;
    if (alarm === null && this.#stuckFor >= this.#limit) return deadlock(kernel);
    return alarm;
  }

  /** Whether the CPU did something, or will. */
  #lookAt(cpuid: number): boolean {
    const { words } = this.kernel;
    const gd = this.kernel.gdOf(cpuid);
    const state = Atomics.load(words, gd + GD.gd_state);
    const beat = Atomics.load(words, gd + GD.gd_heartbeat);
    const ticks = Atomics.load(words, gd + GD.gd_cnt_ticks);
    const isRunning = state === CPU_RUNNING;
    const hasMoved = beat !== this.#beats[cpuid];
    const hasTicked = ticks !== this.#ticks[cpuid];
    this.#beats[cpuid] = beat;
    this.#ticks[cpuid] = ticks;
    this.#beatless[cpuid] = hasMoved || !isRunning ? 0 : this.#beatless[cpuid] + 1;
    this.#tickless[cpuid] = hasTicked || !isRunning || !hasMoved ? 0 : this.#tickless[cpuid] + 1;
    const waits = state === CPU_IDLE || state === CPU_WAITING;
    return !waits || hasMoved || words[gd + GD.gd_nexttimo] !== -1 || words[gd + GD.gd_passive] !== 0;
  }

  #alarmOf(cpuid: number): Alarm | null {
    const thread = currentThread(this.kernel, cpuid);
    const alarm = (what: string): Alarm => ({
      verdict: 'panic',
      message: `cpu${cpuid} ${what}`,
      cpu: cpuid,
      thread,
    });
    if (this.#beatless[cpuid] >= this.#limit) {
      return alarm(
        `reached no operation for ${this.seconds} s: ` +
          `thread ${thread} computes without end, or sleeps outside the kernel`,
      );
    }
    if (this.#tickless[cpuid] >= this.#limit) {
      return alarm(
        `took no interrupt for ${this.seconds} s: thread ${thread} does not leave its critical section`,
      );
    }
    return null;
  }
}

/** Whether some vector of some CPU has a thread: an interrupt would make it run. */
function servesInterrupts({ words, kern, ncpus }: Kernel): boolean {
  const row = words[kern + KERN.k_ithreads];
  return words.subarray(row, row + ncpus * VECTORS).some((td) => td !== 0);
}

function deadlock(kernel: Kernel): Alarm {
  const threads = livingThreads(kernel);
  const who = threads.length === 0 ? 'the threads that are left' : threads.join(', ');
  const message = `every CPU is idle and nothing will wake ${who}`;
  return { verdict: 'deadlock', message, cpu: null, thread: null };
}
