/**
 * Owns a live CPU: the loop that resumes the generator of the current thread, serves the doorbell between two
 * operations, switches threads, and sleeps in Atomics.wait when there is nothing to do. All of it runs in the
 * worker thread that is this CPU; other CPUs and the host only write its doorbell.
 *
 *     gd_doorbell   bits: messages, tick, interrupt, halt, a word changed  (written by others, atomically)
 *     gd_state  running, idle, waiting, halted, failed                       (written here, read by the host)
 *     gd_heartbeat  counts operations                                    (written here, read by the host)
 *     gd_watched    the words a waiting CPU waits for                    (written here, read by writers)
 *
 * A wait loses nothing: the waiter publishes what it waits for, clears the word bit of its doorbell and only
 * then looks once more; a writer writes first and looks for waiters afterwards. Whichever comes second sees
 * the other.
 */
import type { Condition } from '@smplab/explore';
import type { Memory } from '@smplab/kmem';
import {
  BECOMING,
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
  GD_WATCHES_ALL,
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
  threadEnd,
  threadMain,
  WATCHED_WORDS,
  SWITCHING,
} from '@smplab/lwkt';
import { LiveContext } from './context.ts';
import { HeapTypes } from './heap-types.ts';
import { MachineStop } from './machine-stop.ts';
import { INTERRUPTED } from './operation.ts';
import { Operations } from './operations.ts';
import { type Frame, LiveThread } from './thread.ts';

/** Looks at a word before the CPU sleeps. */
const SPINS = 200;
const WAKING_BITS = DOORBELL_IPI | DOORBELL_TICK | DOORBELL_INTERRUPT | DOORBELL_HALT;

/** What a live CPU needs of the world outside. */
export interface LivePort {
  log(cpuid: number, text: string): void;
}

export class LiveCpu extends Cpu {
  readonly memory: Memory;
  /**
   * All words: the memory of a live machine has its full length from the start, so that no view is ever too
   * short.
   */
  readonly words: Int32Array;
  /** What operations on words and on the heap return, one after the other. */
  readonly result: { done: boolean; value: unknown } = { done: true, value: undefined };
  readonly operations: Operations;
  readonly heapTypes: HeapTypes;
  readonly kmallocSite: number;
  readonly kfreeSite: number;
  readonly #threads = new Map<number, LiveThread>();
  /** Contexts of handlers and threads that have ended, for the next ones. */
  readonly #spare: LiveContext[] = [];
  readonly #doorbell: number;
  readonly #heartbeat: number;
  readonly #state: number;
  readonly #waiters: number;
  #current!: LiveThread;
  /** Recorded before it is thrown, so that no `catch` of a program can hide it. */
  #failure: MachineStop | null = null;
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
    this.words = this.memory.words;
    this.memory.currentCpu = cpuid;
    this.operations = new Operations(kernel);
    this.heapTypes = new HeapTypes(kernel.kmem);
    this.kmallocSite = kernel.kmem.sites.intern('kmalloc');
    this.kfreeSite = kernel.kmem.sites.intern('kfree');
    this.#doorbell = this.gd + GD.gd_doorbell;
    this.#heartbeat = this.gd + GD.gd_heartbeat;
    this.#state = this.gd + GD.gd_state;
    this.#waiters = kernel.kern + KERN.k_waiters;
    this.#random = (seed * 0x9e3779b1 + cpuid * 0x85ebca6b) | 1;
  }

  // ---- the loop -------------------------------------------------------------------------------------------

  /** Runs until the machine halts. Throws what the kernel code of this CPU throws. */
  run(): void {
    const { words } = this;
    const first = words[this.gd + GD.gd_tdrunq];
    const td = first === 0 ? words[this.gd + GD.gd_idlethread] : first;
    words[this.gd + GD.gd_curthread] = td;
    words[td + TD.td_flags] |= TDF_RUNNING;
    Atomics.store(words, this.#state, CPU_RUNNING);
    this.#current = this.#threadOf(td, 0);
    try {
      while (!this.#turn(this.#current.top));
    } catch (error) {
      throw this.#failure ?? error;
    }
    if (this.#failure !== null) throw this.#failure;
    Atomics.store(this.words, this.#state, CPU_HALTED);
  }

  /** Resumes the current thread until it yields; true when the machine halts. */
  #turn(frame: Frame): boolean {
    const result = frame.generator.next();
    if (result === SWITCHING) this.#switch(frame);
    else if (result === INTERRUPTED) return this.#serve();
    else if (result === BECOMING) frame.generator = successor(frame.context) as Generator;
    else if (result.done === true) this.#return();
    else {
      throw new MachineStop(
        'scenario-misuse',
        `${frame.context.nameOf(this.#current.td)} ${strangeYield(result.value)}`,
      );
    }
    return false;
  }

  #switch(frame: Frame): void {
    const { words } = this;
    const old = this.#current.td;
    const next = frame.context.switchPoint.other;
    words[this.gd + GD.gd_curthread] = next;
    this.#current = this.#threadOf(next, old);
    this.#current.top.context.switchPoint.other = old;
  }

  /** The doorbell rang: true for a halt, else the handlers run on top of the current thread. */
  #serve(): boolean {
    const { td } = this.#current;
    if ((Atomics.load(this.words, this.#doorbell) & DOORBELL_HALT) !== 0) return true;
    const context = this.#contextFor(td);
    this.#current.frames.push({ generator: interrupt(context) as Generator, context });
    return false;
  }

  /** The code on top has ended: what it interrupted goes on. */
  #return(): void {
    const ended = this.#current.frames.pop();
    if (ended !== undefined) this.#spare.push(ended.context);
    if (this.#current.frames.length === 0) throw new MachineStop('panic', 'a thread ended without lwkt_exit');
  }

  /** A context for code that is to run on behalf of a thread; a used one, if there is one. */
  #contextFor(td: number): LiveContext {
    const context = this.#spare.pop();
    if (context === undefined) return new LiveContext(this, td);
    context.reset(td);
    return context;
  }

  #threadOf(td: number, previous: number): LiveThread {
    let thread = this.#threads.get(td);
    if (thread === undefined) {
      thread = new LiveThread(td);
      const context = this.#contextFor(td);
      thread.frames.push({ generator: threadMain(context, previous) as Generator, context });
      this.#threads.set(td, thread);
    }
    return thread;
  }

  // ---- called by operations
  // --------------------------------------------------------------------------------

  /** Whether the code of a context runs on top of the current thread. */
  isInterrupted(k: Context): boolean {
    return this.#current.frames[0].context !== k;
  }

  /** Counts an operation, for the watchdog outside. */
  beat(): void {
    this.words[this.#heartbeat] = this.#beats = (this.#beats + 1) | 0;
  }

  /** Stops the machine: the CPU executes no further operation, whatever the code that fails does next. */
  fail(failure: MachineStop): never {
    this.#failure ??= failure;
    Atomics.or(this.words, this.#doorbell, DOORBELL_HALT);
    throw failure;
  }

  /** Whether the CPU should do something else before the next operation of this context. */
  isWanted(k: Context): boolean {
    const { words } = this;
    // A plain load: an atomic one costs as much as the rest of the operation, and nothing depends on seeing a
    // bell that has just been rung before the next operation. Every operation is a call that writes or
    // fences, so no compiler moves the load out of a loop.
    const bits = words[this.#doorbell];
    if (bits === 0) return false;
    if ((bits & DOORBELL_HALT) !== 0) return true;
    return (bits & WAKING_BITS) !== 0 && words[k.td + TD.td_critcount] === 0;
  }

  /** A word was written: a CPU that waits for it has to look. */
  written(location: number): void {
    // Plain, but after an atomic write, which is a full fence: a waiter that published its interest before
    // that write is seen, and one that comes later sees the written word.
    if (this.words[this.#waiters] !== 0) this.#ringWaiters(location);
  }

  #ringWaiters(location: number): void {
    const { words } = this;
    for (let cpuid = 0; cpuid < this.kernel.ncpus; cpuid++) {
      const gd = this.kernel.gdOf(cpuid);
      if (Atomics.load(words, gd + GD.gd_state) !== CPU_WAITING) continue;
      if (isWatched(words, gd + GD.gd_watched, location)) this.#ring(cpuid, DOORBELL_WORD);
    }
  }

  /**
   * Waits a little, then sleeps until the doorbell rings or a word of the conditions is written; the caller
   * looks again.
   */
  waitForWord(k: Context, conditions: readonly Condition[], holds: () => boolean): void {
    for (let spin = 0; spin < SPINS; spin++) {
      if (holds() || this.isWanted(k)) return;
    }
    const { words } = this;
    const waits = this.#publish(conditions);
    Atomics.store(words, this.#state, waits ? CPU_WAITING : CPU_IDLE);
    if (waits) Atomics.add(words, this.#waiters, 1);
    const seen = Atomics.and(words, this.#doorbell, ~DOORBELL_WORD) & ~DOORBELL_WORD;
    if (!holds() && !this.isWanted(k)) Atomics.wait(words, this.#doorbell, seen);
    if (waits) Atomics.sub(words, this.#waiters, 1);
    // Left set, it would slow down every operation.
    Atomics.and(words, this.#doorbell, ~DOORBELL_WORD);
    Atomics.store(words, this.#state, CPU_RUNNING);
  }

  /**
   * Says which words of others this CPU waits for; false if there are none, and only the doorbell wakes it.
   */
  #publish(conditions: readonly Condition[]): boolean {
    const { words } = this;
    const watched = this.gd + GD.gd_watched;
    let count = 0;
    for (const { location } of conditions) {
      // Nobody else writes it.
      if (location === this.gd + GD.gd_reqflags) continue;
      if (count < WATCHED_WORDS) Atomics.store(words, watched + count, location);
      count++;
    }
    for (let at = count; at < WATCHED_WORDS; at++) Atomics.store(words, watched + at, 0);
    if (count > WATCHED_WORDS) Atomics.store(words, watched, GD_WATCHES_ALL);
    return count > 0;
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

  // ---- what kernel code asks of its CPU
  // ---------------------------------------------------------------------

  override mask(): void {
    // td_critcount itself keeps the doorbell from being served.
  }

  override unmask(): void {
    // The next operation looks at the doorbell.
  }

  override latch(): void {
    const { words } = this;
    // A sender that waited for room leaves gd_npoll set, on its own CPU, for messages it has passed over:
    // nobody rings for those.
    const polls = Atomics.load(words, this.gd + GD.gd_npoll) !== 0;
    if (!polls && (Atomics.load(words, this.#doorbell) & WAKING_BITS) === 0) return;
    const bits = Atomics.and(words, this.#doorbell, DOORBELL_HALT | DOORBELL_WORD);
    let flags = 0;
    if (polls || (bits & DOORBELL_IPI) !== 0) flags |= RQF_IPIQ;
    if ((bits & DOORBELL_INTERRUPT) !== 0 || Atomics.load(words, this.gd + GD.gd_intpend) !== 0)
      flags |= RQF_INTPEND;
    if ((bits & DOORBELL_TICK) !== 0) flags |= RQF_TIMER;
    words[this.gd + GD.gd_reqflags] |= flags;
  }

  override signal(target: number): void {
    this.#ring(target, DOORBELL_IPI);
  }

  #ring(cpuid: number, bits: number): void {
    const { words } = this;
    const gd = this.kernel.gdOf(cpuid);
    Atomics.or(words, gd + GD.gd_doorbell, bits);
    if (Atomics.load(words, gd + GD.gd_state) >= CPU_IDLE) Atomics.notify(words, gd + GD.gd_doorbell);
  }

  override leave(): void {
    // The clock of the host looks at gd_passive.
  }

  override checkMigration(k: Context): void {
    k.misuse(
      'scenario-misuse',
      `${k.nameOf(k.td)} would move to another CPU: live, a thread that has started cannot (explore can)`,
    );
  }

  override retire(td: number): void {
    const thread = this.#threads.get(td);
    // Nothing of it is resumed any more.
    if (thread !== undefined) for (const { context } of thread.frames) this.#spare.push(context);
    this.#threads.delete(td);
    const { words } = this;
    if ((words[td + TD.td_flags] & TDF_SYSTEM) !== 0) return;
    if (Atomics.sub(words, this.kernel.kern + KERN.k_threads, 1) !== 1) return;
    this.#quiesce();
    this.#haltAll();
  }

  /** What the threads left must be in order. */
  #quiesce(): void {
    for (const subsystem of this.kernel.registry.subsystems) {
      const [message, ...details] = subsystem.quiesce(this.kernel);
      if (message === undefined) continue;
      this.fail(new MachineStop('assertion', message, { details, thread: null }));
    }
  }

  /** The last thread has ended: the machine is done. */
  #haltAll(): void {
    Atomics.store(this.words, this.kernel.kern + KERN.k_halt, 1);
    for (let cpuid = 0; cpuid < this.kernel.ncpus; cpuid++) this.#ring(cpuid, DOORBELL_HALT);
  }
}

/** Whether a waiting CPU waits for the word. */
function isWatched(words: Int32Array, watched: number, location: number): boolean {
  const first = Atomics.load(words, watched);
  if (first === location || first === GD_WATCHES_ALL) return true;
  for (let at = 1; at < WATCHED_WORDS; at++) if (Atomics.load(words, watched + at) === location) return true;
  return false;
}

/** What is wrong with a value that a thread yielded. */
function strangeYield(value: unknown): string {
  const isPromise = typeof value === 'object' && value !== null && 'then' in value;
  return isPromise
    ? 'yielded a promise: kernel code cannot wait for promises, only for words (tsleep, until)'
    : 'yielded something that is no operation: write yield* before each call';
}

/** The rest of the life of a thread that has become other code. */
function successor(k: LiveContext): Steps {
  const code = k.takeSuccessor();
  k.reset(k.td);
  return (function* () {
    yield* threadEnd(k, yield* code);
  })();
}

/** What runs when the doorbell rang: everything that is pending. */
function* interrupt(k: LiveContext): Steps {
  crit_enter(k);
  if (crit_leave(k)) yield* splz(k);
}
