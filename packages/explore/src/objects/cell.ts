/**
 * Owns plain memory: `cell` (one word) and `array` (n words). Two accesses of one word by different threads,
 * one of them a write, with nothing ordering them, are a data race. Every access is a step.
 */
import type { Execution } from '../engine/execution.ts';
import { PLAIN, READ, WRITE } from '../engine/footprint.ts';
import { defineKind, RETURNS_INT, RETURNS_NOTHING, type Step } from '../engine/operation.ts';
import { refuseValue, SharedObject } from './shared-object.ts';

const CELL_READ = defineKind({
  name: 'cell.read',
  access: READ | PLAIN,
  returns: RETURNS_INT,
  perform(execution, operation) {
    const location = operation.location;
    if (execution.racesOn) execution.racesSeen.read(operation.strand, location);
    if (!execution.racesSeen.isInitialised(location)) {
      const name = operation.describe();
      execution.stop('uninitialised-read', `${name} reads a value that was never written`);
    }
    return execution.words[location];
  },
});

const CELL_WRITE = defineKind({
  name: 'cell.write',
  access: WRITE | PLAIN,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const location = operation.location;
    if (execution.racesOn) execution.racesSeen.write(operation.strand, location);
    else execution.racesSeen.markInitialised(location);
    execution.words[location] = operation.a;
    return operation.a;
  },
  parameters: (operation) => String(operation.a),
});

/** Plain memory of one word. */
export class Cell extends SharedObject {
  constructor(execution: Execution, name: string, init: number | undefined) {
    super(execution, name, 1, init === undefined ? 'uninitialised' : 'plain');
    if (init !== undefined) execution.words[this.location] = this.int32(init, 'init');
  }

  override get noun(): string {
    return 'cell';
  }

  read(): Step<number> {
    return this.operation<number>(CELL_READ, this.location, 0, 0);
  }

  write(value: number): Step<void> {
    const operation = this.operation<undefined>(CELL_WRITE, this.location, value, 0);
    if ((value | 0) !== value) refuseValue(this.execution, value, `${this.name}.write`);
    return operation;
  }

  /** The value now, as part of the current step. */
  peek(): number {
    if (this.run !== this.execution.run) this.refuse('peek');
    return this.execution.peek(this.location, this, PLAIN);
  }
}

/** Plain memory of several words. */
export class CellArray extends SharedObject {
  constructor(
    execution: Execution,
    name: string,
    readonly length: number,
    init: number | undefined,
  ) {
    super(
      execution,
      name,
      checkedLength(execution, name, length),
      init === undefined ? 'uninitialised' : 'plain',
    );
    if (init !== undefined && init !== 0) {
      this.int32(init, 'init');
      execution.words.fill(init, this.location, this.location + length);
    }
  }

  override get noun(): string {
    return 'array';
  }

  override describe(location: number): string {
    return `${this.name}[${location - this.location}]`;
  }

  read(index: number): Step<number> {
    return this.operation<number>(CELL_READ, this.#at(index), 0, 0);
  }

  write(index: number, value: number): Step<void> {
    const operation = this.operation<undefined>(CELL_WRITE, this.#at(index), value, 0);
    if ((value | 0) !== value) refuseValue(this.execution, value, `${this.name}[${index}].write`);
    return operation;
  }

  /** The value at an index now, as part of the current step. */
  peek(index: number): number {
    if (this.run !== this.execution.run) this.refuse('peek');
    return this.execution.peek(this.#at(index), this, PLAIN);
  }

  #at(index: number): number {
    if ((index | 0) !== index || index < 0 || index >= this.length) {
      return this.execution.stop(
        'panic',
        `${this.name}[${String(index)}] is outside the array (0 to ${this.length - 1})`,
      );
    }
    return this.location + index;
  }
}

function checkedLength(execution: Execution, name: string, length: number): number {
  if ((length | 0) !== length || length < 1) {
    return execution.misuse(
      `array ${name} was given the length ${String(length)}: a whole number from 1 is needed`,
    );
  }
  return length;
}
