/**
 * Owns the atomic: one word, sequentially consistent, every operation one step. Loads acquire, stores release
 * what the storing thread knows, read-modify-writes do both; a failing `compareExchange` is a load.
 */
import type { Execution } from '../engine/execution.ts';
import { ATOMIC, READ, READ_WRITE, WRITE } from '../engine/footprint.ts';
import {
  defineKind,
  type Operation,
  type OperationKind,
  RETURNS_BOOLEAN,
  RETURNS_INT,
  RETURNS_NOTHING,
  type Step,
} from '../engine/operation.ts';
import { refuseValue, SharedObject } from './shared-object.ts';

const LOAD = defineKind({
  name: 'atomic.load',
  access: READ | ATOMIC,
  returns: RETURNS_INT,
  perform(execution, operation) {
    if (execution.racesOn) execution.clocks.acquire(operation.strand, operation.location);
    return execution.words[operation.location];
  },
});

const STORE = defineKind({
  name: 'atomic.store',
  access: WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    if (execution.racesOn) execution.clocks.release(operation.strand, operation.location);
    execution.words[operation.location] = operation.a;
    return operation.a;
  },
  parameters: (operation) => String(operation.a),
});

type Combine = (old: number, operand: number) => number;

/** A read-modify-write that returns the old value. */
function readModifyWrite(name: string, combine: Combine): OperationKind {
  return defineKind({
    name,
    access: READ_WRITE | ATOMIC,
    returns: RETURNS_INT,
    perform(execution, operation) {
      const location = operation.location;
      if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, location);
      const old = execution.words[location];
      execution.words[location] = combine(old, operation.a);
      return old;
    },
    parameters: (operation) => String(operation.a),
  });
}

const ADD = readModifyWrite('atomic.add', (old, operand) => (old + operand) | 0);
const SUB = readModifyWrite('atomic.sub', (old, operand) => (old - operand) | 0);
const AND = readModifyWrite('atomic.and', (old, operand) => old & operand);
const OR = readModifyWrite('atomic.or', (old, operand) => old | operand);
const XOR = readModifyWrite('atomic.xor', (old, operand) => old ^ operand);
const EXCHANGE = readModifyWrite('atomic.exchange', (_old, operand) => operand);

const COMPARE_EXCHANGE = defineKind({
  name: 'atomic.compareExchange',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_BOOLEAN,
  perform(execution, operation) {
    const location = operation.location;
    if (execution.words[location] !== operation.a) {
      if (execution.racesOn) execution.clocks.acquire(operation.strand, location);
      return 0;
    }
    if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, location);
    execution.words[location] = operation.b;
    return 1;
  },
  parameters: (operation) => `${operation.a}, ${operation.b}`,
});

const UPDATE = defineKind({
  name: 'atomic.update',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_INT,
  perform(execution, operation) {
    const location = operation.location;
    if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, location);
    const old = execution.words[location];
    execution.words[location] = updated(execution, operation, old);
    return old;
  },
});

/** Applies the user's function, in which no operation may be created. */
function updated(execution: Execution, operation: Operation, old: number): number {
  const strand = execution.current;
  execution.current = null;
  let value: number;
  try {
    value = (operation.output as (old: number) => number)(old);
  } finally {
    execution.current = strand;
  }
  if ((value | 0) !== value)
    refuseValue(execution, value, `${operation.describe()}'s function returned what`);
  return value;
}

/** A sequentially consistent word. */
export class Atomic extends SharedObject {
  constructor(execution: Execution, name: string, init: number) {
    super(execution, name, 1);
    execution.words[this.location] = this.int32(init, 'init');
  }

  override get noun(): string {
    return 'atomic';
  }

  load(): Step<number> {
    return this.operation<number>(LOAD, this.location, 0, 0);
  }

  store(value: number): Step<void> {
    return this.#operand<undefined>(STORE, value);
  }

  add(delta: number): Step<number> {
    return this.#operand<number>(ADD, delta);
  }

  sub(delta: number): Step<number> {
    return this.#operand<number>(SUB, delta);
  }

  and(bits: number): Step<number> {
    return this.#operand<number>(AND, bits);
  }

  or(bits: number): Step<number> {
    return this.#operand<number>(OR, bits);
  }

  xor(bits: number): Step<number> {
    return this.#operand<number>(XOR, bits);
  }

  exchange(value: number): Step<number> {
    return this.#operand<number>(EXCHANGE, value);
  }

  /** Stores `desired` if the value is `expected`; true on success. */
  compareExchange(expected: number, desired: number): Step<boolean> {
    const operation = this.operation<boolean>(COMPARE_EXCHANGE, this.location, expected, desired);
    if ((expected | 0) !== expected) refuseValue(this.execution, expected, `${this.name}.compareExchange`);
    if ((desired | 0) !== desired) refuseValue(this.execution, desired, `${this.name}.compareExchange`);
    return operation;
  }

  /** Applies a pure function in one step; gives the old value. */
  update(change: (old: number) => number): Step<number> {
    if (typeof change !== 'function') {
      this.execution.misuse(`${this.name}.update needs a function: ${this.name}.update((old) => old + 1)`);
    }
    const operation = this.operation<number>(UPDATE, this.location, 0, 0);
    operation.output = change;
    return operation;
  }

  /** The value now, as part of the current step. */
  peek(): number {
    if (this.run !== this.execution.run) this.refuse('peek');
    return this.execution.peek(this.location, this, ATOMIC);
  }

  #operand<T>(kind: OperationKind, value: number): Operation & Step<T> {
    const operation = this.operation<T>(kind, this.location, value, 0);
    if ((value | 0) !== value) refuseValue(this.execution, value, `${this.name}.${kind.label}`);
    return operation;
  }
}
