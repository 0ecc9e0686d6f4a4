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
  mallocType,
  type MallocType,
  type Pointer,
} from '@smplab/kmem';
import {
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
import { MachineStop } from './machine-stop.ts';
import {
  And,
  Cmpset,
  Fence,
  FetchAdd,
  HeapOperation,
  Load,
  Or,
  Store,
  Swap,
  Until,
  type WordOperation,
} from './operation.ts';
import { GetToken, RelToken } from './token-operation.ts';

/** What an exploration calls the findings of the allocator; the others are panics. */
const MALLOC_VERDICTS: Readonly<Partial<Record<MallocFault, Verdict>>> = {
  'double-free': 'double-free',
  'write-after-free': 'use-after-free',
};

export class LiveContext extends Context {
  override readonly cpu: LiveCpu;
  readonly switchPoint = new SwitchPoint();
  readonly #load = new Load(this);
  readonly #store = new Store(this);
  readonly #fetchadd = new FetchAdd(this);
  readonly #cmpset = new Cmpset(this);
  readonly #swap = new Swap(this);
  readonly #or = new Or(this);
  readonly #and = new And(this);
  readonly #fence = new Fence(this);
  readonly #heap = new HeapOperation(this);
  readonly #until = new Until(this);
  readonly #rest = new Until(this);
  readonly #gettoken = new GetToken(this);
  readonly #reltoken = new RelToken(this);
  readonly #types = new Map<string, MallocType>();

  constructor(cpu: LiveCpu, td: number) {
    super(cpu.kernel, cpu);
    this.cpu = cpu;
    this.td = td;
  }

  override get words(): Int32Array {
    return this.cpu.words;
  }

  override load(location: number): Step<number> {
    return this.#prepare(this.#load, location, 0, 0);
  }

  override store(location: number, value: number): Step<void> {
    return this.#prepare(this.#store, location, value, 0);
  }

  override fetchadd(location: number, delta: number): Step<number> {
    return this.#prepare(this.#fetchadd, location, delta, 0);
  }

  override cmpset(location: number, expected: number, desired: number): Step<boolean> {
    return this.#prepare(this.#cmpset, location, expected, desired);
  }

  override swap(location: number, value: number): Step<number> {
    return this.#prepare(this.#swap, location, value, 0);
  }

  override or(location: number, bits: number): Step<number> {
    return this.#prepare(this.#or, location, bits, 0);
  }

  override and(location: number, bits: number): Step<number> {
    return this.#prepare(this.#and, location, bits, 0);
  }

  override fence(): Step<void> {
    return this.#fence as never;
  }

  override loadRelaxed(location: number): Step<number> {
    return this.load(location);
  }

  override storeRelaxed(location: number, value: number): Step<void> {
    return this.store(location, value);
  }

  override tokenLoad(token: number): Step<number> {
    return this.#prepare(this.#load, token + T_COUNT, 0, 0);
  }

  override tokenChange(token: number, from: number, to: number): Step<boolean> {
    return this.#prepare(this.#cmpset, token + T_COUNT, from, to);
  }

  override tokenRelease(token: number, delta: number): Step<number> {
    return this.#prepare(this.#fetchadd, token + T_COUNT, delta, 0);
  }

  override gettoken(token: number): Step<void> {
    this.#gettoken.token = token;
    return this.#gettoken as never;
  }

  override reltoken(token: number): Step<void> {
    this.#reltoken.token = token;
    return this.#reltoken as never;
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
    this.#until.conditions = conditions;
    return this.#until as never;
  }

  override rest(wants: readonly number[]): Step<void> {
    const conditions: Condition[] = [
      { location: this.cpu.gd + GD.gd_reqflags, mask: IDLE_WAKE_MASK, comparison: NOT_EQUAL, value: 0 },
    ];
    for (let at = 0; at < wants.length; at += 2) {
      conditions.push({ location: wants[at], mask: -1, comparison: NOT_EQUAL, value: wants[at + 1] });
    }
    this.#rest.conditions = conditions;
    return this.#rest as never;
  }

  override switchTo(td: number): Step<number> {
    return this.switchPoint.begin(td) as never;
  }

  protected override get isOnTop(): boolean {
    return this.cpu.isInterrupted(this);
  }

  override pause(): void {
    // A look at a word that others write costs as much as the pause instruction would save.
    Atomics.load(this.words, this.cpu.gd + GD.gd_doorbell);
  }

  override get(location: number): number {
    return this.words[this.#checked(location)];
  }

  override set(location: number, value: number): void {
    if ((value | 0) !== value)
      this.misuse('scenario-misuse', `k.set was given ${String(value)}: values are int32`);
    this.words[this.#checked(location)] = value;
  }

  override allocate(type: string, words: number, zero: boolean): Step<number> {
    this.#heap.work = () => this.#kmalloc(type, words, zero ? M_NOWAIT | M_ZERO : M_NOWAIT);
    return this.#heap as never;
  }

  override free(type: string, pointer: number): Step<void> {
    this.#heap.work = () =>
      this.#guarded(() => this.kernel.kmem.kfree(pointer as Pointer, this.#type(type), 'kfree'));
    return this.#heap as never;
  }

  override allocateNow(type: string, words: number): number {
    return this.#kmalloc(type, words, M_WAITOK | M_ZERO);
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

  #prepare(operation: WordOperation, location: number, a: number, b: number): never {
    operation.location = this.#checked(location);
    operation.a = a;
    operation.b = b;
    return operation as never;
  }

  #checked(location: number): number {
    if ((location | 0) === location && location > 0 && location < this.cpu.words.length) return location;
    if (!Number.isInteger(location)) {
      return this.misuse('scenario-misuse', `${String(location)} is no address: addresses are word numbers`);
    }
    return this.misuse('null-dereference', `access to word ${location}, which is no kernel memory`);
  }

  #kmalloc(type: string, words: number, flags: number): number {
    let pointer = 0;
    this.#guarded(() => {
      pointer = this.kernel.kmem.kmalloc(this.#type(type), words, flags, 'kmalloc');
    });
    return pointer;
  }

  /** What the allocator finds wrong is a panic of the machine. */
  #guarded(work: () => void): number {
    try {
      work();
    } catch (error) {
      if (error instanceof MallocPanic)
        return this.cpu.fail(new MachineStop(MALLOC_VERDICTS[error.report.fault] ?? 'panic', error.message));
      if (error instanceof KmemError) return this.panic(error.message);
      throw error;
    }
    return 0;
  }

  #type(name: string): MallocType {
    let type = this.#types.get(name);
    if (type === undefined) this.#types.set(name, (type = mallocType(name, name)));
    return type;
  }
}
