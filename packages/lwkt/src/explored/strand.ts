/**
 * Owns a strand of an explored CPU: a kernel thread, or the interrupt line or clock of the CPU. Its generator
 * is resumed by the CPU it runs on. At most one thread of a CPU has a pending operation: the one that runs
 * there, unless an interrupt is being handled.
 */
import { type Execution, Operation, type OperationKind, Strand, type Target } from '@smplab/explore';
import { SwitchPoint } from '../switch-point.ts';
import type { ExploredCpu } from './cpu.ts';

const RING = 8;
const GENERATORS = Object.getPrototypeOf(function* () {}.prototype) as {
  readonly next: (this: Generator) => IteratorResult<unknown>;
};
const RESUME = GENERATORS.next;

/** Code that runs on top of a thread: what it interrupted. */
interface Frame {
  readonly generator: Generator;
  readonly pending: Operation | null;
}

export class KernelStrand extends Strand {
  override isBackground = false;
  cpu!: ExploredCpu;
  /** The thread it is; 0 for interrupt lines and clocks. */
  td = 0;
  generator: Generator | null = null;
  /** The CPU that ran it last, where somebody wants to know; -1: none. */
  lastCpu = -1;
  /** How far a thread has come: its entry, its body, its exit. */
  stage = 0;
  readonly switchPoint = new SwitchPoint();
  /** What its CPU put aside while an interrupt is handled. */
  stashed: Operation | null = null;
  readonly #frames: Frame[] = [];
  /** A ring for each frame: what was interrupted keeps its pending operation. */
  readonly #rings: Operation[][] = [];
  #operations: readonly Operation[];
  #next = 0;

  constructor(execution: Execution) {
    super(execution);
    this.#operations = this.#ringOf(0);
  }

  /** Begins anew in another run. */
  begin(cpu: ExploredCpu, td: number, isBackground: boolean): void {
    for (const ring of this.#rings) for (const operation of ring) operation.reset();
    this.#operations = this.#ringOf(0);
    this.cpu = cpu;
    this.group = cpu.cpuid;
    this.td = td;
    this.isBackground = isBackground;
    this.stashed = null;
    this.generator = null;
    this.stage = 0;
    this.#frames.length = 0;
  }

  override step(): void {
    const { cpu } = this;
    cpu.run(this);
    if (cpu.checksEachStep) cpu.machine.checkStep();
  }

  /** Resumes the generator; true when it announced an operation or hands the CPU away. */
  resume(): IteratorResult<unknown> {
    return RESUME.call(this.generator as Generator);
  }

  /** The next operation of the ring, set up and armed. */
  operation(kind: OperationKind, target: Target | null, location: number, a: number, b: number): Operation {
    const { execution } = this;
    if (this.armed !== null) return execution.misuseOf(this.armed);
    if (execution.current !== this) return this.#outOfPlace(kind);
    let operation = this.#operations[this.#next];
    // Code on top of a thread uses the same ring: what the thread waits in stays as it is.
    while (!operation.idle) {
      this.#next = (this.#next + 1) & (RING - 1);
      operation = this.#operations[this.#next];
    }
    this.#next = (this.#next + 1) & (RING - 1);
    operation.set(kind, target, location, a, b).arm();
    this.armed = operation;
    const { observer } = execution;
    if (observer !== null) operation.stack = observer.wantsStacks ? (new Error().stack ?? null) : null;
    return operation;
  }

  #outOfPlace(kind: OperationKind): never {
    const { execution } = this;
    return execution.misuse(
      `${kind.label} was called with the context of ${this.path} by ` +
        `${execution.current?.path ?? 'code outside the machine'}: each thread uses its own k`,
    );
  }

  /** Puts code on top of what runs; it is resumed next. */
  push(generator: Generator): void {
    this.#frames.push({ generator: this.generator as Generator, pending: this.stashed });
    this.generator = generator;
    this.stashed = null;
    this.pending = null;
    this.#operations = this.#ringOf(this.#frames.length);
  }

  /** Whether what runs is an interrupt, or was put on top of the thread. */
  get isOnTop(): boolean {
    return this.#frames.length > 0 || this.td === 0;
  }

  #ringOf(depth: number): readonly Operation[] {
    const { execution } = this;
    return (this.#rings[depth] ??= Array.from({ length: RING }, () => new Operation(execution, this)));
  }

  /** The code on top has ended: what it interrupted is next. False when it was the thread itself. */
  pop(): boolean {
    const frame = this.#frames.pop();
    if (frame === undefined) return false;
    this.generator = frame.generator;
    this.pending = frame.pending;
    this.#operations = this.#ringOf(this.#frames.length);
    return true;
  }
}
