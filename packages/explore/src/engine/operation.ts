/**
 * Owns the operation: the one thing a strand is about to do, as numbers (kind, location, arguments, enabled
 * condition). For generator threads it is also its own iterator: `yield* x.load()` first announces it to the
 * execution, which resumes the thread when a strategy picks it, and only then performs it. Operations are
 * reused by their strand in a small ring, so that one that was stored and used again is found out of state
 * and named.
 *
 *     created (armed) --next()--> announced (pending) --granted, next()--> performed (idle)
 *
 * Runs on the thread that holds the execution; touched by its own strand and, while announced, by the
 * execution.
 */
import type { Execution } from './execution.ts';
import type { Strand } from './strand.ts';
import { ALWAYS, type Condition } from './condition.ts';
import type { Access } from './footprint.ts';

/** What an operation hands back to the scenario. */
export const RETURNS_NOTHING = 0;
export const RETURNS_INT = 1;
export const RETURNS_BOOLEAN = 2;
export const RETURNS_OBJECT = 3;

/** A kind of operation: shared by all operations of that kind, stateless. */
export interface OperationKind {
  /** Unique, such as `mutex.lock`. */
  readonly name: string;
  /** What a scenario writes, such as `lock`: the last part of the name. */
  readonly label: string;
  /** Stable across machines and sessions (a hash of the name): goes into traces and trace hashes. */
  readonly code: number;
  /** How the primary location is touched: see footprint.ts. */
  readonly access: number;
  readonly returns: 0 | 1 | 2 | 3;
  /** The step itself. Returns the int32 that goes into the trace and, for most kinds, to the scenario. */
  perform(execution: Execution, operation: Operation): number;
  /**
   * Indices of the strands of which every one must act before this can be enabled; undefined: anyone might.
   */
  readonly holders?: (execution: Execution, operation: Operation) => number[];
  /** It waits for the end of a strand and nothing else: no other step needs to look at it again. */
  readonly waitsForEnd?: boolean;
  /** The same as one index where there is at most one such strand (-1: none), without making a list. */
  readonly holder?: (execution: Execution, operation: Operation) => number;
  /**
   * For operations that sleep until someone wakes them: the name of what they sleep on, null once they were
   * woken.
   */
  readonly sleepsOn?: (execution: Execution, operation: Operation) => string | null;
  /**
   * For those: wakes the sleeper although nobody did, for a detector that wants to see whether it would go
   * on.
   */
  readonly rouse?: (execution: Execution, operation: Operation) => void;
  /** Runs when the operation has been announced and waits: a barrier's arrival, part of the step before. */
  readonly announced?: (execution: Execution, operation: Operation) => void;
  /** The text between the parentheses of a trace line; without it there is none. */
  readonly parameters?: (operation: Operation) => string;
}

/** What a generator thread yields for an announced operation; the execution knows it by identity. */
export interface Announcement {
  done: boolean;
  value: undefined;
}
export const ANNOUNCEMENT: Announcement = { done: false, value: undefined };

/** The thing a scenario writes after `yield*`; T is what the expression evaluates to. */
export interface Step<T> {
  [Symbol.iterator](): Iterator<Announcement, T>;
}

/** Anything an operation can be aimed at: shared objects, threads, heap objects. */
export interface Target {
  /** How a report names the given location of this target. */
  describe(location: number): string;
}

/** 31-bit FNV-1a of a text: the stable codes of kinds and names. */
export function stableCode(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash & 0x7fffffff;
}

const KINDS = new Map<number, OperationKind>();

/** Registers a kind under its name; names are unique within a process. */
export function defineKind(kind: Omit<OperationKind, 'code' | 'label'>): OperationKind {
  const code = stableCode(kind.name);
  const known = KINDS.get(code);
  if (known !== undefined) throw new Error(`operation kind ${kind.name} collides with ${known.name}`);
  const { name } = kind;
  const label = name.slice(name.lastIndexOf('.') + 1);
  // All kinds get the same properties in the same order: the engine reads them on every step.
  const complete = {
    name,
    label,
    code,
    access: kind.access,
    returns: kind.returns,
    perform: kind.perform,
    holders: kind.holders,
    holder: kind.holder,
    waitsForEnd: kind.waitsForEnd === true,
    sleepsOn: kind.sleepsOn,
    rouse: kind.rouse,
    announced: kind.announced,
    parameters: kind.parameters,
  } as OperationKind;
  KINDS.set(code, complete);
  return complete;
}

/** The kind with a code, for readers of traces. */
export function kindOf(code: number): OperationKind | undefined {
  return KINDS.get(code);
}

const IDLE = 0;
const ARMED = 1;
const ANNOUNCED = 2;

const NO_KIND: OperationKind = {
  name: 'nothing',
  label: 'nothing',
  code: 0,
  access: 0,
  returns: RETURNS_NOTHING,
  perform: () => 0,
};

export class Operation {
  kind: OperationKind = NO_KIND;
  target: Target | null = null;
  location = 0;
  /** A second location read and written by the same step (the mutex of a `cond.wait`); 0 for none. */
  second = 0;
  secondAccess = 0;
  a = 0;
  b = 0;
  /** The condition under which it may be performed: first clause here, further ones in `alternatives`. */
  comparison = ALWAYS as number;
  waitLocation = 0;
  waitMask = -1;
  waitValue = 0;
  alternatives: Condition[] | null = null;
  predicate: (() => boolean) | null = null;
  /** What a kind that returns an object hands to the scenario. */
  output: unknown = undefined;
  /** Raw stack of the creation, taken only while an observer wants sites. */
  stack: string | null = null;
  #state = IDLE;
  readonly #result = { done: true, value: undefined as unknown };

  constructor(
    readonly execution: Execution,
    readonly strand: Strand,
  ) {}

  /**
   * Makes this the operation (kind, target, location, a, b), enabled always until `waitFor` says otherwise.
   */
  set(kind: OperationKind, target: Target | null, location: number, a: number, b: number): this {
    this.kind = kind;
    this.target = target;
    this.location = location;
    this.a = a;
    this.b = b;
    this.second = 0;
    this.comparison = ALWAYS;
    return this;
  }

  /** Makes this wait until `(words[location] & mask) comparison value`. */
  waitFor(location: number, comparison: number, value: number, mask = -1): this {
    this.comparison = comparison;
    this.waitLocation = location;
    this.waitMask = mask;
    this.waitValue = value;
    this.alternatives = null;
    return this;
  }

  /** Everything the step will read and write, as known before it runs. */
  footprint(): Access[] {
    const accesses: Access[] = [{ location: this.location, access: this.kind.access }];
    if (this.second !== 0) accesses.push({ location: this.second, access: this.secondAccess });
    return accesses;
  }

  /** Called by the execution when the scenario creates the operation. */
  arm(): this {
    this.#state = ARMED;
    return this;
  }

  get idle(): boolean {
    return this.#state === IDLE;
  }

  /**
   * Called by a kind's `perform` that needs another step: the operation (now set anew) is announced again.
   */
  again(): void {
    this.#state = ANNOUNCED;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): { done: boolean; value: unknown } {
    if (this.#state !== ANNOUNCED) return this.#announce();
    const { kind } = this;
    const value = this.perform();
    if ((this.#state as number) === ANNOUNCED) {
      this.execution.announced(this);
      return ANNOUNCEMENT;
    }
    const result = this.#result;
    if (kind.returns === RETURNS_INT) result.value = value;
    else if (kind.returns === RETURNS_NOTHING) result.value = undefined;
    else result.value = kind.returns === RETURNS_BOOLEAN ? value !== 0 : this.output;
    return result;
  }

  /**
   * Performs the operation as the step its strand was granted, and writes the trace. `next` does this for
   * threads; other strands call it from their `step()`, having set the operation up and announced it with
   * `execution.announced`.
   */
  perform(): number {
    const execution = this.execution;
    if (execution.granted !== this.strand) return execution.misuse(performedOutOfTurn(this));
    execution.granted = null;
    this.#state = IDLE;
    const { kind, location } = this;
    const value = kind.perform(execution, this);
    execution.complete(this, kind, location, value);
    return value;
  }

  #announce(): Announcement {
    const execution = this.execution;
    if (this.#state === IDLE) return execution.misuse(usedTwice(this));
    if (execution.current !== this.strand) return execution.misuse(usedByAnother(this));
    this.#state = ANNOUNCED;
    this.strand.armed = null;
    execution.announced(this);
    return ANNOUNCEMENT;
  }

  /** Dropped operations are forgotten between runs. */
  reset(): void {
    this.#state = IDLE;
  }

  /** `x.load()` as the trace prints it, without the result. */
  describe(): string {
    const name = this.target === null ? '' : this.target.describe(this.location);
    const parameters = this.kind.parameters?.(this) ?? '';
    return name === '' ? `${this.kind.label}(${parameters})` : `${name}.${this.kind.label}(${parameters})`;
  }

  /** Reached by arithmetic, comparison, or printing of an operation whose `yield*` was forgotten. */
  [Symbol.toPrimitive](): never {
    return this.execution.misuse(
      `the operation ${this.describe()} was used as a value: write "yield* ${this.describe()}"`,
    );
  }
}

function usedTwice(operation: Operation): string {
  return (
    'an operation was used a second time, or after others had been created: ' +
    `create it where it is yielded, as in "yield* ${operation.describe()}"`
  );
}

function usedByAnother(operation: Operation): string {
  const { path } = operation.strand;
  return `the operation ${operation.describe()} was created by ${path} and yielded by another thread`;
}

function performedOutOfTurn(operation: Operation): string {
  const text = operation.describe();
  return `the operation ${text} was driven by hand: only "yield* ${text}" runs it`;
}

/** The message for an operation that was created and never yielded. */
export function forgotten(operation: Operation): string {
  const text = operation.describe();
  return `forgotten yield*: the operation ${text} was created but not run; write "yield* ${text}"`;
}
