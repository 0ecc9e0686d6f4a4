/**
 * Owns a toy machine on the engine's own interface: CPUs of three strands each (the running code, the
 * interrupt line, and optionally a store buffer), which share memory words. It shows that kernels and weak
 * memory need nothing of the engine that generator threads do not use: a CPU is a group, an interrupt
 * replaces the pending operation of another strand.
 *
 *     words of a CPU:  +0 status  bits: 1 interrupt requested, 2 masked, 4 in the handler
 *                      +1 pc  +2 saved pc  +3, +4 registers  +5 stores in the buffer
 *                      +6 ... variable and value of each of them
 */
import assert from 'node:assert/strict';
import { EQUAL, GREATER_OR_EQUAL } from '../../src/engine/condition.ts';
import type { Execution, Program } from '../../src/engine/execution.ts';
import { ATOMIC, READ, READ_WRITE, RELAXED, WRITE } from '../../src/engine/footprint.ts';
import { defineKind, Operation, RETURNS_INT, RETURNS_NOTHING } from '../../src/engine/operation.ts';
import { Strand } from '../../src/engine/strand.ts';

export type ToyInstruction =
  | readonly ['store', variable: number, value: number]
  | readonly ['load', variable: number, register: number]
  | readonly ['fence']
  | readonly ['mask']
  | readonly ['unmask']
  | readonly ['interrupt', cpu: number]
  /** In a handler: which instruction comes after it, counted from 1. */
  | readonly ['where', register: number];

export interface ToyCpu {
  readonly code: readonly ToyInstruction[];
  readonly handler?: readonly ToyInstruction[];
}

const [STATUS, PC, SAVED, REGISTERS, BUFFERED, BUFFER, CPU_WORDS] = [0, 1, 2, 3, 5, 6, 22];
const [REQUESTED, MASKED, HANDLING] = [1, 2, 4];
const VARIABLES = 4;

const STORE = defineKind({
  name: 'toy.store',
  access: WRITE | RELAXED,
  returns: RETURNS_NOTHING,
  perform: (_execution, operation) => processor(operation).store(operation.a, operation.b),
});
const LOAD = defineKind({
  name: 'toy.load',
  access: READ | RELAXED,
  returns: RETURNS_INT,
  perform: (_execution, operation) => processor(operation).load(operation.a, operation.b),
});
const FENCE = defineKind({ name: 'toy.fence', access: 0, returns: RETURNS_NOTHING, perform: () => 0 });
const STATUS_CHANGE = defineKind({
  name: 'toy.status',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform: (execution, operation) =>
    (execution.words[operation.location] =
      (execution.words[operation.location] & ~operation.a) | operation.b),
});
const WHERE = defineKind({
  name: 'toy.where',
  access: READ | RELAXED,
  returns: RETURNS_INT,
  perform: (execution, operation) => (execution.words[operation.a] = execution.words[operation.location] + 1),
});
const DELIVER = defineKind({
  name: 'toy.deliver',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform: (_execution, operation) => processor(operation).interrupted(),
});
const DRAIN = defineKind({
  name: 'toy.drain',
  access: WRITE | RELAXED,
  returns: RETURNS_INT,
  perform: (_execution, operation) => processor(operation).drain(),
});

/** The CPU whose strand performs the operation. */
function processor({ strand }: Operation): Processor {
  assert.ok(strand instanceof ToyStrand);
  return strand.processor;
}

/** A strand that is no generator: it performs its one operation and sets it anew. */
abstract class ToyStrand extends Strand {
  protected readonly operation = new Operation(this.execution, this);
  /** The CPU it is a part of. */
  abstract readonly processor: Processor;

  override step(): void {
    this.operation.perform();
    if (!this.ended) this.prepare();
  }

  /** Sets the operation that comes next, or ends the strand. */
  abstract prepare(): void;
}

class Processor extends ToyStrand {
  override readonly processor = this;
  machine!: ToyMachine;
  cpu!: ToyCpu;
  base = 0;
  line!: InterruptLine;
  buffer: StoreBuffer | null = null;

  get word(): Int32Array {
    return this.execution.words.subarray(this.base);
  }

  override prepare(): void {
    const { cpu, word } = this;
    const handling = (word[STATUS] & HANDLING) !== 0;
    const code = handling ? cpu.handler! : cpu.code;
    if (word[PC] < code.length) {
      this.#set(code[word[PC]]);
      return;
    }
    if (handling) {
      word[STATUS] &= ~HANDLING;
      word[PC] = word[SAVED];
      this.prepare();
      return;
    }
    this.execution.endStrand(this, 0);
  }

  #set(instruction: ToyInstruction): void {
    const { operation, base, machine } = this;
    const [name, a, b] = instruction;
    if (name === 'store') operation.set(STORE, null, machine.memory + a, a, b);
    else if (name === 'load') operation.set(LOAD, null, machine.memory + a, a, b);
    else if (name === 'fence') operation.set(FENCE, null, 0, 0, 0).waitFor(base + BUFFERED, EQUAL, 0);
    else if (name === 'mask') operation.set(STATUS_CHANGE, null, base + STATUS, 0, MASKED);
    else if (name === 'unmask') operation.set(STATUS_CHANGE, null, base + STATUS, MASKED, 0);
    else if (name === 'where') operation.set(WHERE, null, base + SAVED, base + REGISTERS + a, 0);
    else operation.set(STATUS_CHANGE, null, machine.processors[a].base + STATUS, 0, REQUESTED);
    this.execution.announced(operation);
  }

  override step(): void {
    this.word[PC]++;
    super.step();
  }

  store(variable: number, value: number): number {
    const { word, machine } = this;
    if (this.buffer === null) this.execution.words[machine.memory + variable] = value;
    else {
      const at = BUFFER + 2 * word[BUFFERED]++;
      word[at] = variable;
      word[at + 1] = value;
    }
    return value;
  }

  /** A CPU sees its own stores at once: the youngest one in its buffer that is to the variable. */
  load(variable: number, register: number): number {
    const { word, machine } = this;
    let value = this.execution.words[machine.memory + variable];
    for (let at = BUFFER; at < BUFFER + 2 * word[BUFFERED]; at += 2) {
      if (word[at] === variable) value = word[at + 1];
    }
    word[REGISTERS + register] = value;
    return value;
  }

  /** The oldest store of the buffer reaches memory. */
  drain(): number {
    const { word, machine } = this;
    this.execution.words[machine.memory + word[BUFFER]] = word[BUFFER + 1];
    word.copyWithin(BUFFER, BUFFER + 2, BUFFER + 2 * word[BUFFERED]);
    return --word[BUFFERED];
  }

  /** Another strand's step takes the place of the pending operation: the handler's first comes instead. */
  interrupted(): number {
    const { word } = this;
    word[STATUS] = (word[STATUS] & ~REQUESTED) | HANDLING;
    word[SAVED] = word[PC];
    word[PC] = 0;
    this.prepare();
    return word[SAVED];
  }
}

class InterruptLine extends ToyStrand {
  override readonly isBackground = true;
  override processor!: Processor;

  override prepare(): void {
    const status = this.processor.base + STATUS;
    this.operation.set(DELIVER, null, status, 0, 0);
    this.operation.waitFor(status, EQUAL, REQUESTED, REQUESTED | MASKED | HANDLING);
    this.execution.announced(this.operation);
  }
}

class StoreBuffer extends ToyStrand {
  override readonly isBackground = true;
  override processor!: Processor;

  override prepare(): void {
    const { base, machine } = this.processor;
    this.operation.set(DRAIN, null, machine.memory, 0, 0);
    this.operation.waitFor(base + BUFFERED, GREATER_OR_EQUAL, 1);
    this.execution.announced(this.operation);
  }
}

export class ToyMachine implements Program {
  readonly name = 'toy';
  readonly outcomes = new Set<string>();
  memory = 0;
  processors: Processor[] = [];

  constructor(
    readonly cpus: readonly ToyCpu[],
    readonly buffered: boolean,
  ) {}

  start(execution: Execution): void {
    this.memory = execution.allocate(VARIABLES);
    const bases = this.cpus.map(() => execution.allocate(CPU_WORDS));
    this.processors = this.cpus.map((cpu, number) => this.#boot(execution, cpu, number, bases[number]));
    for (const each of this.processors)
      for (const strand of [each, each.line, each.buffer]) strand?.prepare();
  }

  #boot(execution: Execution, cpu: ToyCpu, number: number, base: number): Processor {
    const run = execution.addStrand(`cpu${number}`, null, () => new Processor(execution));
    const line = execution.addStrand('irq', run, () => new InterruptLine(execution));
    Object.assign(run, { machine: this, cpu, base, line, buffer: null });
    line.processor = run;
    if (this.buffered) {
      run.buffer = execution.addStrand('storebuf', run, () => new StoreBuffer(execution));
      run.buffer.processor = run;
    }
    for (const strand of [run, line, run.buffer]) if (strand !== null) strand.group = number;
    return run;
  }

  /** A clean end: what the registers came to. */
  finish(): void {
    this.outcomes.add(
      this.processors.map(({ word }) => `${word[REGISTERS]},${word[REGISTERS + 1]}`).join(' | '),
    );
  }
}
