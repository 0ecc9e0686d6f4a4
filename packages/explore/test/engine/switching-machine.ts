/**
 * Owns a second toy machine: CPUs that switch between kernel threads by themselves. It has what is hard about
 * a kernel on the engine: a thread that is switched out has no pending operation though it has not ended, the
 * step of one thread runs the next up to its operation, a handler makes several steps while the operation of
 * the thread it interrupted is put aside, and the memory is a boot image.
 *
 *     words: 0 .. 15 header | VARIABLES shared words | a word of interrupt requests per CPU | strand blocks
 */
import assert from 'node:assert/strict';
import { Memory } from '@smplab/kmem';
import { EQUAL, NOT_EQUAL } from '../../src/engine/condition.ts';
import type { BootImage } from '../../src/engine/boot-image.ts';
import type { Execution, Program } from '../../src/engine/execution.ts';
import { ATOMIC, PLAIN, READ, READ_WRITE, WRITE } from '../../src/engine/footprint.ts';
import {
  ANNOUNCEMENT,
  defineKind,
  Operation,
  type OperationKind,
  RETURNS_INT,
  RETURNS_NOTHING,
  type Step,
  type Target,
} from '../../src/engine/operation.ts';
import { Strand, STRAND_WORDS } from '../../src/engine/strand.ts';

const VARIABLES = 4;
const STRANDS = 12;
const [REQUESTED, HANDLING] = [1, 2];

/** What a thread yields to give up its CPU. */
export const SWITCH = Symbol('switch');

export type KernelCode = (t: Kernel) => Generator<unknown, void>;

export interface SwitchingCpu {
  /** Threads in the order of the run queue; the first one runs. */
  readonly threads: Readonly<Record<string, KernelCode>>;
  readonly handler?: KernelCode;
  /** An interrupt is requested from the start. */
  readonly isRequested?: boolean;
  /** The handler ends in a switch to the next thread, not in the one it interrupted. */
  readonly reschedules?: boolean;
}

const ADD = defineKind({
  name: 'switching.add',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_INT,
  perform: ({ words }, operation) => (words[operation.location] += operation.a),
  parameters: (operation) => String(operation.a),
});
const AWAIT = defineKind({
  name: 'switching.await',
  access: READ | ATOMIC,
  returns: RETURNS_INT,
  perform: ({ words }, operation) => words[operation.location],
});
const RAISE = defineKind({
  name: 'switching.raise',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform: ({ words }, operation) => (words[operation.location] |= REQUESTED),
});
const DELIVER = defineKind({
  name: 'switching.deliver',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform: ({ words }, operation) => (words[operation.location] = HANDLING),
});

/** What the code of a thread or a handler calls. */
class Kernel {
  constructor(
    readonly machine: SwitchingMachine,
    readonly strand: KernelStrand,
  ) {}

  add(variable: number, value: number): Step<number> {
    return this.strand.arm(ADD, this.machine.variables + variable, value);
  }

  /** Waits until the variable is not 0. */
  await(variable: number): Step<number> {
    const location = this.machine.variables + variable;
    return this.strand.arm(AWAIT, location, 0).waitFor(location, NOT_EQUAL, 0) as Operation & Step<number>;
  }

  raise(cpu: number): Step<void> {
    return this.strand.arm(RAISE, this.machine.cpus[cpu].request, 0);
  }

  /** A read of shared data that is no step. */
  look(variable: number): number {
    const { execution } = this.strand;
    return execution.peek(this.machine.variables + variable, this.machine, ATOMIC);
  }

  /** Plain data, read and written between steps. */
  get(variable: number): number {
    const { execution } = this.strand;
    return execution.peek(this.machine.variables + variable, this.machine, PLAIN);
  }

  set(variable: number, value: number): void {
    const { machine, strand } = this;
    const location = machine.variables + variable;
    strand.execution.addAccess(strand, location, WRITE | PLAIN, machine);
    strand.execution.words[location] = value;
  }

  fail(text: string): never {
    return this.strand.execution.stop('assertion', text);
  }
}

/** A thread, or the interrupt line while it handles: runs a generator up to its next operation. */
class KernelStrand extends Strand {
  cpu!: Cpu;
  generator!: Generator<unknown, void>;
  /** The operation of a thread that was interrupted and is not running now. */
  aside: Operation | null = null;
  readonly #operation = new Operation(this.execution, this);

  override reuse(...all: Parameters<Strand['reuse']>): void {
    super.reuse(...all);
    this.#operation.reset();
    this.aside = null;
  }

  arm<T>(kind: OperationKind, location: number, a: number): Operation & Step<T> {
    const operation = this.#operation;
    operation.set(kind, this.cpu.machine, location, a, 0).arm();
    operation.stack = this.execution.observer?.wantsStacks === true ? (new Error().stack ?? null) : null;
    this.armed = operation;
    return operation as Operation & Step<T>;
  }

  override step(): void {
    this.cpu.resume(this);
  }
}

class InterruptLine extends KernelStrand {
  override readonly isBackground = true;
  readonly #deliver = new Operation(this.execution, this);
  #isHandling = false;

  listen(): void {
    const { request, machine } = this.cpu;
    this.#isHandling = false;
    this.#deliver.set(DELIVER, machine, request, 0, 0).waitFor(request, EQUAL, REQUESTED);
    this.execution.announced(this.#deliver);
  }

  override step(): void {
    if (this.#isHandling) {
      this.cpu.handle();
      return;
    }
    this.#deliver.perform();
    this.#isHandling = true;
    this.cpu.interrupt();
  }
}

class Cpu {
  readonly queue: KernelStrand[] = [];
  running: KernelStrand | null = null;
  line!: InterruptLine;

  constructor(
    readonly machine: SwitchingMachine,
    readonly description: SwitchingCpu,
    readonly request: number,
  ) {}

  boot(execution: Execution, number: number): void {
    const { threads, isRequested } = this.description;
    this.queue.length = 0;
    this.running = null;
    for (const [name, code] of Object.entries(threads)) {
      const strand = execution.addStrand(`cpu${number}/${name}`, null, (existing) =>
        existing instanceof KernelStrand && !existing.isBackground ? existing : new KernelStrand(execution),
      );
      this.#own(strand, number);
      strand.generator = code(new Kernel(this.machine, strand));
      this.queue.push(strand);
    }
    this.line = execution.addStrand(`cpu${number}/irq`, null, (existing) =>
      existing instanceof InterruptLine ? existing : new InterruptLine(execution),
    );
    this.#own(this.line, number);
    if (isRequested === true) execution.words[this.request] = REQUESTED;
  }

  #own(strand: KernelStrand, group: number): void {
    strand.group = group;
    strand.cpu = this;
  }

  /** Runs a strand's code up to its next operation, whoever's step this is. */
  resume(strand: KernelStrand): void {
    const { execution } = strand;
    const outer = execution.current;
    execution.current = strand;
    const result: unknown = strand.generator.next();
    execution.current = outer;
    if (result === ANNOUNCEMENT) return;
    const { value, done } = result as IteratorResult<unknown, unknown>;
    if (done === true) execution.endStrand(strand, 0);
    else {
      assert.equal(value, SWITCH);
      strand.pending = null;
      this.queue.push(strand);
    }
    this.dispatch();
  }

  /** The next thread of the run queue runs: where it was put aside, or up to its next operation. */
  dispatch(): void {
    const next = this.queue.shift() ?? null;
    this.running = next;
    if (next === null) return;
    const { aside } = next;
    next.aside = null;
    if (aside === null) this.resume(next);
    else next.execution.announced(aside);
  }

  interrupt(): void {
    const { running, line, description } = this;
    if (running !== null) {
      running.aside = running.pending;
      running.pending = null;
    }
    line.generator = description.handler!(new Kernel(this.machine, line));
    this.handle();
  }

  /** The handler goes on; at its end the interrupted thread does, or the next one. */
  handle(): void {
    const { line, running, description } = this;
    const result: unknown = line.generator.next();
    if (result === ANNOUNCEMENT) return;
    assert.equal((result as IteratorResult<unknown>).done, true);
    line.execution.words[this.request] &= ~HANDLING;
    line.listen();
    if (running === null) return;
    if (description.reschedules === true) this.queue.push(running);
    else this.queue.unshift(running);
    this.dispatch();
  }
}

/** What every run of a machine with so many CPUs starts from. */
function bootImage(cpus: number): { image: BootImage; variables: number; requests: number } {
  const memory = Memory.create({ initialWords: 1024 });
  const variables: number = memory.reserve(VARIABLES);
  const requests: number = memory.reserve(cpus);
  const strandArea: number = memory.reserve(STRANDS * STRAND_WORDS);
  const words = Int32Array.from(memory.words.subarray(0, memory.top));
  return {
    image: { words, length: words.length, strandArea, strandCapacity: STRANDS },
    variables,
    requests,
  };
}

export class SwitchingMachine implements Program, Target {
  readonly options: Readonly<Record<string, unknown>>;
  readonly cpus: readonly Cpu[];
  readonly variables: number;
  readonly image: BootImage;

  constructor(
    readonly name: string,
    descriptions: readonly SwitchingCpu[],
  ) {
    const { image, variables, requests } = bootImage(descriptions.length);
    this.options = { cpus: descriptions.length };
    this.image = image;
    this.variables = variables;
    this.cpus = descriptions.map((description, i) => new Cpu(this, description, requests + i));
  }

  start(execution: Execution): void {
    execution.adoptImage(this.image);
    for (const [number, cpu] of this.cpus.entries()) cpu.boot(execution, number);
    for (const cpu of this.cpus) {
      cpu.line.listen();
      cpu.dispatch();
    }
  }

  holding(execution: Execution, strand: Strand): string[] {
    return execution.words[this.cpus[strand.group].request] === HANDLING ? ['the interrupt level'] : [];
  }

  describeWait(_execution: Execution, strand: Strand): string | null {
    const { running } = this.cpus[strand.group];
    return running === strand ? null : `${strand.path} is not running`;
  }

  describe(location: number): string {
    const variable = location - this.variables;
    return variable < VARIABLES ? 'xyzw'[variable] : `cpu${variable - VARIABLES}.request`;
  }
}
