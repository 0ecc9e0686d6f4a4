/**
 * Owns what kernel code gets as `k`: the CPU it runs on, the current thread, and the operations on words that
 * another CPU could observe. Every such operation is one step: `yield* k.load(word)`. Who resumes the
 * generator, and what a step costs, is the driver's business; kernel code is the same under all of them. One
 * context for each thread and for each interrupt line of a CPU.
 *
 *     owned words     k.words[...]                 own CPU only, no step
 *     plain words     k.get, k.set                 guarded by a token or lock, no step, race-checked
 *     relaxed words   k.peek, k.loadRelaxed ...    racy on purpose (`peek` is part of the current step)
 *     atomic words    k.load, k.store, k.cmpset    a step each, acquire and release
 */
import { type Condition, type Step } from '@smplab/explore';
import { BECOME_POINT } from './become-point.ts';
import type { Cpu } from './cpu.ts';
import { GD } from './globaldata.ts';
import type { Kernel } from './kernel.ts';
import type { Steps } from './registry.ts';
import { TD, Thread, toksBase } from './thread.ts';

/** What a context reports as a misuse of the kernel's own rules. */
export type MisuseVerdict =
  | 'assertion'
  | 'token-misuse'
  | 'lock-misuse'
  | 'panic'
  | 'null-dereference'
  | 'scenario-misuse'
  | 'use-after-free';

/** What follows from the result of a step; null: nothing does. */
export type Consequence<T> = (k: Context, result: T, arg: number) => Steps<unknown> | null;

/** Nothing to do: no step. */
export const NOTHING = {
  next: () => NOTHING_DONE,
  [Symbol.iterator]() {
    return this;
  },
} as unknown as Steps;
const NOTHING_DONE = { done: true, value: undefined };

export abstract class Context {
  /** The thread this code runs in; for an interrupt, the thread that was interrupted. */
  td = 0;
  /** What bodies written against a facade get instead of this; made at first use. */
  facade: unknown = null;
  /** Code that `become` was given, until the driver takes it. */
  #successor: Steps<unknown> | null = null;

  constructor(
    readonly kernel: Kernel,
    public cpu: Cpu,
  ) {}

  /** All words of the kernel memory. */
  abstract readonly words: Int32Array;

  // ---- atomic words: one step each, acquire and release ----------------------------------------------

  abstract load(location: number): Step<number>;
  abstract store(location: number, value: number): Step<void>;
  /** Adds; gives the old value. */
  abstract fetchadd(location: number, delta: number): Step<number>;
  /** Stores `desired` if the word is `expected`; true on success. */
  abstract cmpset(location: number, expected: number, desired: number): Step<boolean>;
  /** Stores; gives the old value. */
  abstract swap(location: number, value: number): Step<number>;
  /** Sets bits; gives the old value. */
  abstract or(location: number, bits: number): Step<number>;
  /** Keeps only these bits; gives the old value. */
  abstract and(location: number, bits: number): Step<number>;
  /** A full memory fence; one step. */
  abstract fence(): Step<void>;

  // ---- relaxed words: one step each, no ordering --------------------------------------------------------

  abstract loadRelaxed(location: number): Step<number>;
  abstract storeRelaxed(location: number, value: number): Step<void>;
  /** A racy look within the current step, where nothing depends on when it happens. */
  peek(location: number): number {
    return Atomics.load(this.words, location);
  }

  // ---- token words ------------------------------------------------------------------------------------

  /** The count of a token; the first half of every attempt. */
  abstract tokenLoad(token: number): Step<number>;
  /** Moves t_count from one value to another if nobody was faster; `event` names the edge. */
  abstract tokenChange(token: number, from: number, to: number, event: number): Step<boolean>;
  /** Gives a reference back: subtracts, gives the count before. */
  abstract tokenRelease(token: number, delta: number): Step<number>;

  /** Takes the token exclusively: `lwkt_gettoken`, in whichever form is fastest under the driver. */
  abstract gettoken(token: number): Step<void> | Steps;
  /** Gives it back. */
  abstract reltoken(token: number): Step<void> | Steps;

  // ---- steps with a consequence -----------------------------------------------------------------------

  /**
   * A step, and then, as part of it, a look at its result: what `then` gives is carried out, null is nothing.
   * What would be a generator of its own for one step, in whichever form is fastest.
   */
  upon<T>(step: Step<T>, then: Consequence<T>, arg: number): Steps {
    return uponStep(this, step, then, arg);
  }

  /** As `allocate`, zeroed; a panic when there is no memory left. */
  allocateZeroed(type: string, words: number): Steps<number> {
    return allocated(this, type, words);
  }

  // ---- plain words ------------------------------------------------------------------------------------

  /** Reads a word that a token or lock guards: no step, but checked for races. */
  abstract get(location: number): number;
  /** Writes such a word. */
  abstract set(location: number, value: number): void;
  /** Copies such words. */
  copy(to: number, from: number, count: number): void {
    for (let at = 0; at < count; at++) this.set(to + at, this.get(from + at));
  }

  // ---- waiting and switching ----------------------------------------------------------------------------

  /** Waits until `(word & mask) comparison value`; the CPU does nothing else meanwhile. */
  abstract until(
    location: number,
    comparison: Condition['comparison'],
    value: number,
    mask?: number,
  ): Step<void>;
  /** Waits until one of the conditions holds. */
  abstract untilAny(conditions: readonly Condition[]): Step<void>;
  /** The idle thread rests until it is asked to look again or one of (word, value seen) has changed. */
  abstract rest(wants: readonly number[]): Step<void>;
  /** Hands the CPU to another thread; when this one runs again, gives the thread that ran before it. */
  abstract switchTo(td: number): Step<number>;
  /**
   * Puts other code in the place of the thread's own: what runs now, down to the thread's body, is dropped,
   * neither resumed nor returned, and the thread ends with what the new code returns. No step: the thread
   * goes on to the first operation of that code. A panic where something would be left behind.
   */
  become(code: Steps<unknown>): Step<never> {
    if (typeof (code as Partial<Steps<unknown>> | undefined)?.next !== 'function')
      this.misuse('scenario-misuse', 'become needs the generator of the code that goes on: become(body(k))');
    const { words, td } = this;
    const refuse = (why: string): never => this.panic(`become: ${this.nameOf(td)} ${why}`);
    if (this.isOnTop) refuse('is interrupted: the code that runs is not its own');
    if (words[td + TD.td_toks_stop] !== toksBase(td)) refuse('holds tokens');
    const spinlocks = words[this.cpu.gd + GD.gd_spinlocks];
    if (spinlocks !== 0) refuse(`holds ${spinlocks} spinlocks`);
    if (words[td + TD.td_critcount] !== 0) refuse(`is in ${words[td + TD.td_critcount]} critical sections`);
    this.#successor = code;
    return BECOME_POINT as never;
  }

  /** Whether this code runs on top of a thread: an interrupt, or what it started there. */
  protected abstract get isOnTop(): boolean;

  /** For the driver: the code that goes on in place of what has just yielded. */
  takeSuccessor(): Steps<unknown> {
    const code = this.#successor;
    if (code === null) return this.misuse('scenario-misuse', 'become: each thread uses its own k');
    this.#successor = null;
    return code;
  }

  /**
   * Computes for as long as the CPU needs for `ns` of work at speed 1, interruptible; gives what is left of
   * it: 0, or more where somebody wants the CPU: one of these bits of gd_reqflags. Under explore it takes no
   * time. See `lwkt_compute`.
   */
  abstract compute(ns: number, asked: number): Step<number>;

  /** Makes progress by others likely (cpu_pause); under explore nothing. */
  abstract pause(): void;

  // ---- memory -------------------------------------------------------------------------------------------

  /** Takes a block of the type, as one step; 0 when there is none. */
  abstract allocate(type: string, words: number, zero: boolean): Step<number>;
  abstract free(type: string, pointer: number): Step<void>;
  /** Zeroed words that stay with the machine, as part of the current step. */
  abstract allocateNow(type: string, words: number): number;
  /** 0 to count - 1: explored like a scheduling choice; live, a pseudo-random one. */
  abstract choose(count: number): number;

  // ---- failure ------------------------------------------------------------------------------------------

  /** A rule of the kernel was broken by its user: ends the run, or the machine. */
  abstract misuse(verdict: MisuseVerdict, message: string): never;

  /** The kernel gives up. */
  panic(message: string): never {
    return this.misuse('panic', message);
  }

  /** Panics unless the condition holds (KKASSERT). */
  assert(condition: boolean, message: string): void {
    if (!condition) this.panic(message);
  }

  /** A line for whoever reads the trace or watches the machine. */
  abstract log(text: string): void;

  // ---- notes for detectors, no steps ----------------------------------------------------------------------

  /** The thread lost its tokens at a block and has them again. */
  abstract noteBreak(what: string, token?: number): void;
  /** A token was taken or given back by the thread (after the step that did it). */
  abstract noteToken(token: number, taken: boolean): void;

  /** Calls a registered function by number, in this context. */
  call(number: number, ...args: number[]): Steps<unknown> {
    return this.kernel.callFunction(this, number, args);
  }

  /** The name of a thread, for messages. */
  nameOf(td: number): string {
    return td === 0 ? 'no thread' : Thread.view(this.kernel.memory, td as never).td_comm;
  }
}

function* uponStep<T>(k: Context, step: Step<T>, then: Consequence<T>, arg: number): Steps {
  const rest = then(k, yield* step, arg);
  if (rest !== null) yield* rest;
}

function* allocated(k: Context, type: string, words: number): Steps<number> {
  const pointer = yield* k.allocate(type, words, true);
  if (pointer === 0) k.panic(outOfMemory(type, words));
  return pointer;
}

/** What a machine says when a block cannot be had. */
export function outOfMemory(type: string, words: number): string {
  return `kmalloc: out of kernel memory for ${words} words of ${type}`;
}
