/**
 * Owns the context of kernel code under the explorer: each operation is announced, waits for a strategy to
 * pick its strand, and then changes the words of the execution. One context for each strand.
 */
import {
  type Condition,
  NOT_EQUAL,
  PLAIN,
  READ,
  type Step,
  WORD_FREED,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
  WRITE,
} from '@smplab/explore';
import { M_WAITOK, M_ZERO } from '@smplab/kmem';
import { T_COUNT } from '@smplab/token';
import { Context, type MisuseVerdict } from '../context.ts';
import { GD } from '../globaldata.ts';
import { IDLE_WAKE_MASK } from '../idle.ts';
import type { Steps } from '../registry.ts';
import { lwkt_gettoken, lwkt_reltoken } from '../token.ts';
import {
  ALLOCATE,
  AND,
  CMPSET,
  COMPUTE,
  FENCE,
  FETCHADD,
  FREE,
  LOAD,
  LOAD_RELAXED,
  OR,
  REST,
  STORE,
  STORE_RELAXED,
  SWAP,
  takes,
  TOKEN_CHANGE,
  TOKEN_LOAD,
  TOKEN_RELEASE,
  UNTIL,
} from './kinds.ts';
import type { ExploredMachine } from './machine.ts';
import type { KernelStrand } from './strand.ts';
import { ExploredGetToken, ExploredRelToken } from './token-operation.ts';

export class ExploredContext extends Context {
  /** What lies below is of the allocator: accesses there come from NULL. */
  readonly #lowest = this.kernel.kern;
  readonly #gettoken = new ExploredGetToken(this);
  readonly #reltoken = new ExploredRelToken(this);

  constructor(
    readonly machine: ExploredMachine,
    readonly strand: KernelStrand,
  ) {
    super(machine.kernel, strand.cpu);
  }

  override get words(): Int32Array {
    return this.kernel.memory.words;
  }

  /** Begins anew in another run, as a thread of a CPU. */
  begin(cpu: KernelStrand['cpu'], td: number): void {
    this.cpu = cpu;
    this.td = td;
    this.#gettoken.reset();
    this.#reltoken.reset();
  }

  // ---- operations ---------------------------------------------------------------------------------------

  override load(location: number): Step<number> {
    return this.#op(LOAD, location, 0, 0);
  }

  override store(location: number, value: number): Step<void> {
    return this.#op(STORE, location, value, 0);
  }

  override fetchadd(location: number, delta: number): Step<number> {
    return this.#op(FETCHADD, location, delta, 0);
  }

  override cmpset(location: number, expected: number, desired: number): Step<boolean> {
    return this.#op(CMPSET, location, expected, desired);
  }

  override swap(location: number, value: number): Step<number> {
    return this.#op(SWAP, location, value, 0);
  }

  override or(location: number, bits: number): Step<number> {
    return this.#op(OR, location, bits, 0);
  }

  override and(location: number, bits: number): Step<number> {
    return this.#op(AND, location, bits, 0);
  }

  override fence(): Step<void> {
    return this.strand.operation(FENCE, this.machine.heapTarget, 0, 0, 0) as never;
  }

  override loadRelaxed(location: number): Step<number> {
    return this.#op(LOAD_RELAXED, location, 0, 0);
  }

  override storeRelaxed(location: number, value: number): Step<void> {
    return this.#op(STORE_RELAXED, location, value, 0);
  }

  override tokenLoad(token: number): Step<number> {
    return this.strand.operation(TOKEN_LOAD, this.machine.tokenTarget, token + T_COUNT, 0, 0) as never;
  }

  override tokenChange(token: number, from: number, to: number, event: number): Step<boolean> {
    const operation = this.strand.operation(
      TOKEN_CHANGE,
      this.machine.tokenTarget,
      token + T_COUNT,
      from,
      to,
    );
    operation.output = event;
    operation.secondAccess = takes(event) ? 1 : 0;
    return operation as never;
  }

  override tokenRelease(token: number, delta: number): Step<number> {
    return this.strand.operation(TOKEN_RELEASE, this.machine.tokenTarget, token + T_COUNT, delta, 0) as never;
  }

  override gettoken(token: number): Step<void> | Steps {
    if (this.#gettoken.isBusy) return lwkt_gettoken(this, token);
    this.#gettoken.token = token;
    return this.#gettoken as never;
  }

  override reltoken(token: number): Step<void> | Steps {
    if (this.#reltoken.isBusy) return lwkt_reltoken(this, token);
    this.#reltoken.token = token;
    return this.#reltoken as never;
  }

  override until(
    location: number,
    comparison: Condition['comparison'],
    value: number,
    mask = -1,
  ): Step<void> {
    const operation = this.strand.operation(UNTIL, this.machine.wordTarget, location, 0, 0);
    return operation.waitFor(location, comparison, value, mask) as never;
  }

  override untilAny(conditions: readonly Condition[]): Step<void> {
    const [first, ...rest] = conditions;
    const operation = this.strand.operation(UNTIL, this.machine.wordTarget, first.location, 0, 0);
    operation.waitFor(first.location, first.comparison, first.value, first.mask);
    operation.alternatives = rest;
    return operation as never;
  }

  override rest(wants: readonly number[]): Step<void> {
    const reqflags = this.cpu.gd + GD.gd_reqflags;
    const operation = this.strand.operation(REST, this.machine.wordTarget, reqflags, 0, 0);
    operation.waitFor(reqflags, NOT_EQUAL, 0, IDLE_WAKE_MASK);
    if (wants.length > 0) {
      const alternatives: Condition[] = [];
      for (let at = 0; at < wants.length; at += 2) {
        alternatives.push({ location: wants[at], mask: -1, comparison: NOT_EQUAL, value: wants[at + 1] });
      }
      operation.alternatives = alternatives;
    }
    return operation as never;
  }

  override switchTo(td: number): Step<number> {
    return this.strand.switchPoint.begin(td) as never;
  }

  override become(code: Steps<unknown>): Step<never> {
    this.#checkRunning('become');
    return super.become(code);
  }

  protected override get isOnTop(): boolean {
    return this.strand.isOnTop;
  }

  override compute(ns: number, asked: number): Step<number> {
    const operation = this.strand.operation(COMPUTE, this.machine.heapTarget, 0, ns, 0);
    operation.waitMask = asked;
    return operation as never;
  }

  override pause(): void {
    // Nothing spins under the explorer.
  }

  #op(kind: Parameters<KernelStrand['operation']>[0], location: number, a: number, b: number): never {
    const { words } = this.machine.execution;
    if (!(location >= this.#lowest) || location >= words.length) {
      if (location !== 0 || kind !== FENCE) this.#badAddress(location);
    }
    return this.strand.operation(kind, this.machine.wordTarget, location, a, b) as never;
  }

  // ---- plain words -----------------------------------------------------------------------------------

  override get(location: number): number {
    const { execution } = this.machine;
    const { racesSeen } = execution;
    const { strand } = this;
    if (!(location >= this.#lowest) || location >= execution.words.length) this.#badAddress(location);
    this.#checkRunning('get');
    const state = racesSeen.stateOf(location);
    if (state !== WORD_INITIALISED) this.#badState(location, state, false);
    execution.hasPlainMemory = true;
    if (execution.racesOn) racesSeen.read(strand, location);
    execution.observer?.onAccess?.(strand, location, READ | PLAIN, this.machine.wordTarget);
    this.machine.breaks.read(this, location);
    return execution.words[location];
  }

  override set(location: number, value: number): void {
    const { execution } = this.machine;
    const { racesSeen } = execution;
    const { strand } = this;
    if (!(location >= this.#lowest) || location >= execution.words.length) this.#badAddress(location);
    if ((value | 0) !== value) execution.misuse(`k.set was given ${String(value)}: values are int32`);
    this.#checkRunning('set');
    const state = racesSeen.stateOf(location);
    if (state >= WORD_FREED) this.#badState(location, state, true);
    execution.hasPlainMemory = true;
    if (execution.racesOn) racesSeen.write(strand, location);
    else racesSeen.markInitialised(location);
    execution.observer?.onAccess?.(strand, location, WRITE | PLAIN, this.machine.wordTarget);
    this.machine.breaks.write(this, location);
    execution.words[location] = value;
  }

  #checkRunning(what: string): void {
    const { execution } = this.machine;
    if (execution.current === this.strand && this.strand.armed === null) return;
    const { path } = execution.creator(`k.${what}`);
    execution.misuse(
      `k.${what} was called with the context of ${this.strand.path} by ${path}: each thread uses its own k`,
    );
  }

  #badAddress(location: number): never {
    const { execution, names } = this.machine;
    if (!Number.isInteger(location)) {
      return execution.misuse(`${String(location)} is no address: addresses are word numbers`);
    }
    const near = location === 0 ? '' : ` (${names.describe(location)})`;
    return execution.stop('null-dereference', `access to word ${location}${near}, which is no kernel memory`);
  }

  #badState(location: number, state: number, writes: boolean): never {
    const { execution, names } = this.machine;
    const act = writes ? 'written' : 'read';
    const name = names.describe(location);
    if (state === WORD_UNINITIALISED) {
      return execution.stop('uninitialised-read', `${name} is read before it was written`, {
        details: this.#history(location),
      });
    }
    const what = state === WORD_REDZONE ? 'lies beyond the end of its block' : 'is freed';
    return execution.stop('use-after-free', `${name} is ${act} although it ${what}`, {
      details: this.#history(location),
    });
  }

  #history(location: number): string[] {
    return this.machine.heap.historyAt(location);
  }

  // ---- memory ------------------------------------------------------------------------------------------

  override allocate(type: string, words: number, zero: boolean): Step<number> {
    const operation = this.strand.operation(
      ALLOCATE,
      this.machine.heapTarget,
      this.machine.heapWord,
      words,
      zero ? 1 : 0,
    );
    operation.output = this.machine.heap.allocation(type);
    return operation as never;
  }

  override free(type: string, pointer: number): Step<void> {
    const operation = this.strand.operation(FREE, this.machine.heapTarget, this.machine.heapWord, pointer, 0);
    operation.output = this.machine.heap.release(type);
    return operation as never;
  }

  override allocateNow(type: string, words: number): number {
    const { execution, heap, heapWord, kernel } = this.machine;
    const pointer = kernel.kmem.kmalloc(heap.typeOf(type), words, M_WAITOK | M_ZERO, 'kmalloc');
    // The words may have been another block before: freed, and touched by other threads.
    if (execution.racesOn) execution.clocks.acquireRelease(this.strand, heapWord);
    execution.syncWords();
    execution.racesSeen.setState(pointer, words, WORD_INITIALISED);
    return pointer;
  }

  override choose(count: number): number {
    return this.machine.execution.choose(count);
  }

  override log(text: string): void {
    const { execution } = this.machine;
    execution.observer?.onLog?.(this.strand, text);
  }

  // ---- failure ------------------------------------------------------------------------------------------

  override misuse(verdict: MisuseVerdict, message: string): never {
    return this.machine.execution.stop(verdict, message, { details: this.machine.breaks.recentLines() });
  }

  override noteBreak(what: string, token = 0): void {
    this.machine.breaks.broken(this, what, token);
  }

  override noteToken(token: number, taken: boolean): void {
    this.machine.breaks.token(this, token, taken);
  }
}
