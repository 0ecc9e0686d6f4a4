/**
 * Owns a live CPU: the loop that resumes the generator of the current thread, serves the doorbell between two
 * operations, switches threads, and sleeps in Atomics.wait when there is nothing to do. All of it runs in the
 * worker thread that is this CPU; other CPUs and the host only write its doorbell.
 *
 *     gd_doorbell   bits: messages, tick, interrupt, halt, a word changed        (written by others, atomically)
 *     gd_state      running, idle, waiting, halted, failed                       (written here, read by the host)
 *     gd_heartbeat  counts operations                                            (written here, read by the host)
 */
import type { Memory } from '@smplab/kmem';
import {
  type Context,
  CPU_HALTED,
  CPU_IDLE,
  CPU_RUNNING,
  CPU_WAITING,
  Cpu,
  crit_enter,
  crit_leave,
  DOORBELL_HALT,
  DOORBELL_INTERRUPT,
  DOORBELL_IPI,
  DOORBELL_TICK,
  DOORBELL_WORD,
  GD,
  KERN,
  type Kernel,
  RQF_INTPEND,
  RQF_IPIQ,
  RQF_TIMER,
  splz,
  type Steps,
  TD,
  TDF_RUNNING,
  TDF_SYSTEM,
  threadMain,
} from '@smplab/lwkt';
import { LiveContext } from './context.ts';
import { MachineStop } from './machine-stop.ts';
import { INTERRUPTED } from './operation.ts';
import { type Frame, LiveThread, SWITCHING } from './thread.ts';

/** Looks at a word before the CPU sleeps. */
const SPINS = 200;
const WAKING_BITS = DOORBELL_IPI | DOORBELL_TICK | DOORBELL_INTERRUPT | DOORBELL_HALT;

/** What a live CPU needs of the world outside. */
export interface LivePort {
  log(cpuid: number, text: string): void;
}

export class LiveCpu extends Cpu {
  readonly memory: Memory;
  readonly #threads = new Map<number, LiveThread>();
  /** Contexts of handlers that have ended, for the next ones. */
  readonly #spare: LiveContext[] = [];
  readonly #doorbell: number;
  readonly #heartbeat: number;
  readonly #state: number;
  readonly #waiters: number;
  #current!: LiveThread;
  #beats = 0;
  #random: number;

  constructor(
    kernel: Kernel,
    cpuid: number,
    readonly port: LivePort,
    seed = 1,
  ) {
    super(kernel, cpuid);
    this.memory = kernel.memory;
    this.memory.currentCpu = cpuid;
    this.#doorbell = this.gd + GD.gd_doorbell;
    this.#heartbeat = this.gd + GD.gd_heartbeat;
    this.#state = this.gd + GD.gd_state;
    this.#waiters = kernel.kern + KERN.k_waiters;
    this.#random = (seed * 0x9e3779b1 + cpuid * 0x85ebca6b) | 1;
  }

  // ---- the loop -------------------------------------------------------------------------------------------

  /** Runs until the machine halts. Throws what the kernel code of this CPU throws. */
  run(): void {
    const { words } = this.memory;
    const first = words[this.gd + GD.gd_tdrunq];
    const td = first === 0 ? words[this.gd + GD.gd_idlethread] : first;
    words[this.gd + GD.gd_curthread] = td;
    words[td + TD.td_flags] |= TDF_RUNNING;
    Atomics.store(words, this.#state, CPU_RUNNING);
    this.#current = this.#threadOf(td, 0);
    while (!this.#turn(this.#current.top));
    Atomics.store(this.memory.words, this.#state, CPU_HALTED);
  }

  /** Resumes the current thread until it yields; true when the machine halts. */
  #turn(frame: Frame): boolean {
    const result = frame.generator.next();
    if (result === SWITCHING) this.#switch(frame);
    else if (result === INTERRUPTED) return this.#serve();
    else if (result.done === true) this.#return();
    else {
      throw new MachineStop(
        'scenario-misuse',
        `${frame.context.nameOf(this.#current.td)} yielded something that is no operation: write yield* before each call`,
      );
    }
    return false;
  }

  #switch(frame: Frame): void {
    const { words } = this.memory;
    const old = this.#current.td;
    const next = frame.context.switchPoint.other;
    words[this.gd + GD.gd_curthread] = next;
    this.#current = this.#threadOf(next, old);
    this.#current.top.context.switchPoint.other = old;
  }

  /** The doorbell rang: true for a halt, else the handlers run on top of the current thread. */
  #serve(): boolean {
    const { td } = this.#current;
    if ((Atomics.load(this.memory.words, this.#doorbell) & DOORBELL_HALT) !== 0) return true;
    const context = this.#spare.pop() ?? new LiveContext(this, td);
    context.td = td;
    this.#current.frames.push({ generator: interrupt(context) as Generator, context });
    return false;
  }

  /** The code on top has ended: what it interrupted goes on. */
  #return(): void {
    const ended = this.#current.frames.pop();
    if (ended !== undefined) this.#spare.push(ended.context);
    if (this.#current.frames.length === 0) throw new MachineStop('panic', 'a thread ended without lwkt_exit');
  }

  #threadOf(td: number, previous: number): LiveThread {
    let thread = this.#threads.get(td);
    if (thread === undefined) {
      thread = new LiveThread(td);
      const context = new LiveContext(this, td);
      thread.frames.push({ generator: threadMain(context, previous) as Generator, context });
      this.#threads.set(td, thread);
    }
    return thread;
  }

  // ---- called by operations --------------------------------------------------------------------------------

  /** Counts an operation, for the watchdog outside. */
  beat(): void {
    this.memory.words[this.#heartbeat] = this.#beats = (this.#beats + 1) | 0;
  }

  /** Whether the CPU should do something else before the next operation of this context. */
  isWanted(k: Context): boolean {
    const { words } = this.memory;
    const bits = Atomics.load(words, this.#doorbell);
    if (bits === 0) return false;
    if ((bits & DOORBELL_HALT) !== 0) return true;
    return (bits & WAKING_BITS) !== 0 && words[k.td + TD.td_critcount] === 0;
  }

  /** A word was written: a CPU that waits for one may have to look. */
  written(): void {
    if (Atomics.load(this.memory.words, this.#waiters) !== 0) this.#ringWaiters();
  }

  #ringWaiters(): void {
    const { words } = this.memory;
    for (let cpuid = 0; cpuid < this.kernel.ncpus; cpuid++) {
      if (cpuid === this.cpuid) continue;
      const gd = this.kernel.gdOf(cpuid);
      if (Atomics.load(words, gd + GD.gd_state) >= CPU_IDLE) this.#ring(cpuid, DOORBELL_WORD);
    }
  }

  /** Waits a little, then sleeps until the doorbell rings or a word is written; the caller looks again. */
  waitForWord(k: Context, isIdle: boolean, holds: () => boolean): void {
    for (let spin = 0; spin < SPINS; spin++) {
      if (holds() || this.isWanted(k)) return;
    }
    const { words } = this.memory;
    Atomics.store(words, this.#state, isIdle ? CPU_IDLE : CPU_WAITING);
    Atomics.add(words, this.#waiters, 1);
    const seen = Atomics.and(words, this.#doorbell, ~DOORBELL_WORD) & ~DOORBELL_WORD;
    // Interest is published: whoever writes or rings from here on changes the doorbell, so one more look is enough.
    if (!holds() && !this.isWanted(k)) Atomics.wait(words, this.#doorbell, seen);
    Atomics.sub(words, this.#waiters, 1);
    Atomics.and(words, this.#doorbell, ~DOORBELL_WORD);
    Atomics.store(words, this.#state, CPU_RUNNING);
  }

  /** Pseudo-random numbers for `choose`, from the machine's seed. */
  random(count: number): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return (x >>> 0) % count;
  }

  log(text: string): void {
    this.port.log(this.cpuid, text);
  }

  // ---- what kernel code asks of its CPU ---------------------------------------------------------------------

  override mask(): void {
    // td_critcount itself keeps the doorbell from being served.
  }

  override unmask(): void {
    // The next operation looks at the doorbell.
  }

  override latch(): void {
    const { words } = this.memory;
    if ((Atomics.load(words, this.#doorbell) & WAKING_BITS) === 0) return;
    const bits = Atomics.and(words, this.#doorbell, DOORBELL_HALT | DOORBELL_WORD);
    let flags = 0;
    if ((bits & DOORBELL_IPI) !== 0) flags |= RQF_IPIQ;
    if ((bits & DOORBELL_INTERRUPT) !== 0 || Atomics.load(words, this.gd + GD.gd_intpend) !== 0) flags |= RQF_INTPEND;
    if ((bits & DOORBELL_TICK) !== 0) flags |= RQF_TIMER;
    words[this.gd + GD.gd_reqflags] |= flags;
  }

  override signal(target: number): void {
    this.#ring(target, DOORBELL_IPI);
  }

  #ring(cpuid: number, bits: number): void {
    const { words } = this.memory;
    const gd = this.kernel.gdOf(cpuid);
    Atomics.or(words, gd + GD.gd_doorbell, bits);
    if (Atomics.load(words, gd + GD.gd_state) >= CPU_IDLE) Atomics.notify(words, gd + GD.gd_doorbell);
  }

  override inject(): void {
    // Interrupt threads are started by splz on top of the current thread.
  }

  override checkMigration(k: Context): void {
    k.misuse(
      'scenario-misuse',
      `${k.nameOf(k.td)} would move to another CPU: a thread that has started cannot, on a live machine (explore can)`,
    );
  }

  override retire(td: number): void {
    this.#threads.delete(td);
    const { words } = this.memory;
    if ((words[td + TD.td_flags] & TDF_SYSTEM) !== 0) return;
    if (Atomics.sub(words, this.kernel.kern + KERN.k_threads, 1) === 1) this.#haltAll();
  }

  /** The last thread has ended: the machine is done. */
  #haltAll(): void {
    Atomics.store(this.memory.words, this.kernel.kern + KERN.k_halt, 1);
    for (let cpuid = 0; cpuid < this.kernel.ncpus; cpuid++) this.#ring(cpuid, DOORBELL_HALT);
  }
}

/** What runs when the doorbell rang: everything that is pending. */
function* interrupt(k: LiveContext): Steps {
  crit_enter(k);
  if (crit_leave(k)) yield* splz(k);
}
