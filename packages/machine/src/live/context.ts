/**
 * Owns the context of kernel code on a live CPU: operations execute at once on the words all CPUs share. One
 * for each thread, and one for each handler that runs on top of a thread. Runs in the CPU's worker.
 */
import { type Condition, NOT_EQUAL, type Step, type Verdict } from '@smplab/explore';
import {
  KmemError,
  M_NOWAIT,
  M_WAITOK,
  M_ZERO,
  type MallocFault,
  MallocPanic,
  type Pointer,
} from '@smplab/kmem';
import {
  type Consequence,
  Context,
  GD,
  IDLE_WAKE_MASK,
  type MisuseVerdict,
  type Steps,
  lwkt_gettoken,
  SwitchPoint,
} from '@smplab/lwkt';
import { T_COUNT } from '@smplab/token';
import type { LiveCpu } from './cpu.ts';
import { stopwatch } from './host-clock.ts';
import { MachineStop } from './machine-stop.ts';
import {
  AND,
  CMPSET,
  FENCE,
  FENCE_WORD,
  FETCHADD,
  type HeapOperation,
  LOAD,
  OR,
  STORE,
  SWAP,
  Until,
} from './operation.ts';

/** What an exploration calls the findings of the allocator; the others are panics. */
const MALLOC_VERDICTS: Readonly<Partial<Record<MallocFault, Verdict>>> = {
  'double-free': 'double-free',
  'write-after-free': 'use-after-free',
};

export class LiveContext extends Context {
  override readonly cpu: LiveCpu;
  override readonly words: Int32Array;
  readonly switchPoint = new SwitchPoint();
  constructor(cpu: LiveCpu, td: number) {
    super(cpu.kernel, cpu);
    this.cpu = cpu;
    this.words = cpu.words;
    this.td = td;
  }

  /** Begins anew: for other code of a thread, or another thread. */
  reset(td: number): void {
    this.td = td;
  }

  override load(location: number): Step<number> {
    return this.#prepare(LOAD, location, 0, 0);
  }

  override store(location: number, value: number): Step<void> {
    return this.#prepare(STORE, location, value, 0);
  }

  override fetchadd(location: number, delta: number): Step<number> {
    return this.#prepare(FETCHADD, location, delta, 0);
  }

  override cmpset(location: number, expected: number, desired: number): Step<boolean> {
    return this.#prepare(CMPSET, location, expected, desired);
  }

  override swap(location: number, value: number): Step<number> {
    return this.#prepare(SWAP, location, value, 0);
  }

  override or(location: number, bits: number): Step<number> {
    return this.#prepare(OR, location, bits, 0);
  }

  override and(location: number, bits: number): Step<number> {
    return this.#prepare(AND, location, bits, 0);
  }

  override fence(): Step<void> {
    return this.#prepare(FENCE, FENCE_WORD, 0, 0);
  }

  override loadRelaxed(location: number): Step<number> {
    return this.load(location);
  }

  override storeRelaxed(location: number, value: number): Step<void> {
    return this.store(location, value);
  }

  override tokenLoad(token: number): Step<number> {
    return this.#prepare(LOAD, token + T_COUNT, 0, 0);
  }

  override tokenChange(token: number, from: number, to: number): Step<boolean> {
    return this.#prepare(CMPSET, token + T_COUNT, from, to);
  }

  override tokenRelease(token: number, delta: number): Step<number> {
    return this.#prepare(FETCHADD, token + T_COUNT, delta, 0);
  }

  override gettoken(token: number): Step<void> {
    return this.#prepareToken(token, true);
  }

  override reltoken(token: number): Step<void> {
    return this.#prepareToken(token, false);
  }

  /** `lwkt_gettoken` step by step, for what the fused operation does not handle. */
  slowGettoken(token: number): Steps {
    return lwkt_gettoken(this, token);
  }

  override until(
    location: number,
    comparison: Condition['comparison'],
    value: number,
    mask = -1,
  ): Step<void> {
    this.#checked(location);
    return this.untilAny([{ location, mask, comparison, value }]);
  }

  override untilAny(conditions: readonly Condition[]): Step<void> {
    return new Until(this, conditions) as never;
  }

  override rest(wants: readonly number[]): Step<void> {
    const conditions: Condition[] = [
      { location: this.cpu.gd + GD.gd_reqflags, mask: IDLE_WAKE_MASK, comparison: NOT_EQUAL, value: 0 },
    ];
    for (let at = 0; at < wants.length; at += 2) {
      conditions.push({ location: wants[at], mask: -1, comparison: NOT_EQUAL, value: wants[at + 1] });
    }
    return new Until(this, conditions) as never;
  }

  override upon<T>(step: Step<T>, then: Consequence<T>, arg: number): Steps {
    const operation = this.cpu.operations.upon;
    operation.k = this;
    operation.step = step as unknown as Iterator<unknown>;
    operation.then = then as Consequence<unknown>;
    operation.arg = arg;
    return operation as never;
  }

  override allocateZeroed(type: string, words: number): Steps<number> {
    const operation = this.#prepareHeap(type);
    operation.takes = true;
    operation.words = words;
    operation.flags = M_NOWAIT | M_ZERO;
    operation.panics = true;
    return operation as never;
  }

  override switchTo(td: number): Step<number> {
    return this.switchPoint.begin(td) as never;
  }

  protected override get isOnTop(): boolean {
    return this.cpu.isInterrupted(this);
  }

  override compute(ns: number, asked: number): Step<number> {
    return computed(this, ns, asked) as never;
  }

  override pause(): void {
    // A look at a word that others write costs as much as the pause instruction would save.
    Atomics.load(this.words, this.cpu.gd + GD.gd_doorbell);
  }

  override peek(location: number): number {
    // Plain: it orders nothing, a word of 32 bits is never torn, and between two looks of a loop there is an
    // operation.
    return this.words[location];
  }

  override get(location: number): number {
    return this.words[this.#checked(location)];
  }

  override set(location: number, value: number): void {
    if ((value | 0) !== value)
      this.misuse('scenario-misuse', `k.set was given ${String(value)}: values are int32`);
    this.words[this.#checked(location)] = value;
  }

  override copy(to: number, from: number, count: number): void {
    if (count === 0) return;
    this.#checked(from + count - 1);
    this.#checked(to + count - 1);
    this.words.copyWithin(this.#checked(to), this.#checked(from), from + count);
  }

  override allocate(type: string, words: number, zero: boolean): Step<number> {
    const operation = this.#prepareHeap(type);
    operation.takes = true;
    operation.words = words;
    operation.flags = zero ? M_NOWAIT | M_ZERO : M_NOWAIT;
    return operation as never;
  }

  override free(type: string, pointer: number): Step<void> {
    const operation = this.#prepareHeap(type);
    operation.takes = false;
    operation.pointer = pointer;
    return operation as never;
  }

  override allocateNow(type: string, words: number): number {
    return this.kmallocNow(type, words, M_WAITOK | M_ZERO);
  }

  override choose(count: number): number {
    return this.cpu.random(count);
  }

  override log(text: string): void {
    this.cpu.log(text);
  }

  override misuse(verdict: MisuseVerdict, message: string): never {
    return this.cpu.fail(new MachineStop(verdict, message));
  }

  override noteBreak(): void {
    // Detectors of atomicity breaks see explored machines only.
  }

  override noteToken(): void {
    // As above.
  }

  #prepare(kind: number, location: number, a: number, b: number): never {
    const operation = this.cpu.operations.word;
    operation.k = this;
    operation.kind = kind;
    operation.location = this.#checked(location);
    operation.a = a;
    operation.b = b;
    return operation as never;
  }

  #prepareToken(token: number, takes: boolean): never {
    const operation = this.cpu.operations.token;
    operation.k = this;
    operation.token = token;
    operation.takes = takes;
    return operation as never;
  }

  #prepareHeap(type: string): HeapOperation {
    const operation = this.cpu.operations.heap;
    operation.k = this;
    operation.type = type;
    operation.panics = false;
    return operation;
  }

  #checked(location: number): number {
    if ((location | 0) === location && location > 0 && location < this.words.length) return location;
    if (!Number.isInteger(location)) {
      return this.misuse('scenario-misuse', `${String(location)} is no address: addresses are word numbers`);
    }
    return this.misuse('null-dereference', `access to word ${location}, which is no kernel memory`);
  }

  /** Takes a block, as part of the current step; 0 with M_NOWAIT when there is none. */
  kmallocNow(type: string, words: number, flags: number): number {
    const { heapTypes, kmallocSite } = this.cpu;
    try {
      return this.kernel.kmem.kmalloc(heapTypes.numberOf(type), words, flags, kmallocSite);
    } catch (error) {
      return this.#heapFailed(error);
    }
  }

  /** Gives a block back, as part of the current step. */
  kfreeNow(type: string, pointer: number): void {
    const { heapTypes, kfreeSite } = this.cpu;
    try {
      this.kernel.kmem.kfree(pointer as Pointer, heapTypes.numberOf(type), kfreeSite);
    } catch (error) {
      this.#heapFailed(error);
    }
  }

  /** What the allocator finds wrong is a panic of the machine. */
  #heapFailed(error: unknown): never {
    if (error instanceof MallocPanic)
      return this.cpu.fail(new MachineStop(MALLOC_VERDICTS[error.report.fault] ?? 'panic', error.message));
    if (error instanceof KmemError) return this.panic(error.message);
    throw error;
  }
}

/** Longest time a live CPU computes without a look at its doorbell. */
const BURST_NS = 20_000;

/** Burns the time of the wall; who is asked to give way stops early. */
function* computed(k: LiveContext, ns: number, asked: number): Steps<number> {
  const seconds = stopwatch();
  for (;;) {
    const done = seconds() * 1e9;
    if (done >= ns) return 0;
    if ((k.words[k.cpu.gd + GD.gd_reqflags] & asked) !== 0) return ns - done;
    const until = (done + Math.min(BURST_NS, ns - done)) / 1e9;
    while (seconds() < until);
    yield* k.loadRelaxed(k.cpu.gd + GD.gd_state);
  }
}
