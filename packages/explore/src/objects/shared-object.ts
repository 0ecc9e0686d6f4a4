/**
 * Owns what all shared objects of plain scenarios have in common: a name, words of the current run's memory,
 * and the checks on every use (right run, right thread, right values). Objects are created anew in every run.
 */
import type { Execution } from '../engine/execution.ts';
import { active } from '../engine/run-state.ts';
import type { Operation, OperationKind, Step, Target } from '../engine/operation.ts';

/** Objects one run may create; more is a mistake in the scenario (or a wish for `array`). */
export const MAXIMUM_OBJECTS = 100_000;

export abstract class SharedObject implements Target {
  /** The run it belongs to. */
  readonly run: number;
  readonly location: number;

  constructor(
    readonly execution: Execution,
    readonly name: string,
    words: number,
    memory: 'synchronising' | 'plain' | 'uninitialised' = 'synchronising',
  ) {
    this.run = execution.run;
    this.location =
      memory === 'synchronising'
        ? execution.allocate(words)
        : execution.allocatePlain(words, memory === 'plain');
  }

  /** The object's kind, as reports say it: `cell`, `mutex` ... */
  abstract get noun(): string;

  describe(_location: number): string {
    return this.name;
  }

  /** Creates an operation of the running thread on this object. */
  protected operation<T>(kind: OperationKind, location: number, a: number, b: number): Operation & Step<T> {
    const strand = this.execution.current;
    if (
      strand === null ||
      strand.armed !== null ||
      this.run !== this.execution.run ||
      strand.thread === null
    ) {
      return this.refuse(kind.label);
    }
    return strand.thread.operation(kind, this, location, a, b) as Operation & Step<T>;
  }

  /** Says why this object cannot be used now. */
  refuse(what: string): never {
    const running = active.execution;
    if (running !== null && (running !== this.execution || this.run !== running.run)) {
      return running.misuse(
        `${this.noun} ${this.name} was created in another run: ` +
          "create all shared objects inside the scenario's body",
      );
    }
    this.execution.creator(`${this.name}.${what}()`);
    return this.execution.misuse(`${this.name}.${what}() cannot be called here`);
  }

  /** Refuses anything but an int32. */
  protected int32(value: number, where: string): number {
    if ((value | 0) !== value) refuseValue(this.execution, value, `${this.name}.${where}`);
    return value;
  }
}

/** Refuses a value that is not an int32. */
export function refuseValue(execution: Execution, value: unknown, where: string): never {
  const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  const shown = isPlain ? String(value) : value === undefined ? 'undefined' : `a ${typeof value}`;
  return execution.misuse(
    `${where} was given ${shown}: values are int32 (whole numbers from -2^31 to 2^31-1)`,
  );
}
