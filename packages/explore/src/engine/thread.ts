/**
 * Owns the generator thread: the strand of plain scenarios. It is resumed directly; its body yields
 * announcements of operations and nothing else. Its handle, given to the scenario by `spawn`, is the strand
 * itself seen through `Thread`.
 */
import { EQUAL } from './condition.ts';
import type { Execution } from './execution.ts';
import { ATOMIC, READ, WRITE } from './footprint.ts';
import {
  ANNOUNCEMENT,
  defineKind,
  Operation,
  type OperationKind,
  RETURNS_INT,
  RETURNS_OBJECT,
  type Step,
  type Target,
} from './operation.ts';
import { Strand, STRAND_ENDED, STRAND_RESULT } from './strand.ts';

/** A thread's code: a generator function whose every `yield*` is an operation. It may return an int32. */
export type ThreadBody = () => Iterator<unknown, unknown>;

/** What `spawn` gives. */
export interface Thread {
  readonly name: string;
  /** Waits until the thread has ended; gives the int32 it returned (0 if it returned nothing). */
  join(): Step<number>;
}

const RING = 4;

/**
 * What resumes any generator. Every function* has a prototype of its own, and a scenario makes its functions
 * anew in every run: looking `next` up in each generator would miss every cache.
 */
const GENERATORS = Object.getPrototypeOf(function* () {}.prototype) as {
  readonly next: (this: Generator) => IteratorResult<unknown>;
};
const RESUME = GENERATORS.next;

export class ThreadStrand extends Strand implements Thread, Target {
  override readonly thread = this;
  readonly #operations: readonly Operation[];
  #next = 0;
  #generator: Generator | null = null;
  #run = 0;

  constructor(execution: Execution) {
    super(execution);
    this.#operations = Array.from({ length: RING }, () => new Operation(execution, this));
  }

  /**
   * Runs the body up to its first operation; called within the parent's spawn step (or before the first
   * step).
   */
  start(body: ThreadBody): void {
    for (const operation of this.#operations) operation.reset();
    const execution = this.execution;
    const outer = execution.current;
    execution.current = this;
    this.#run = execution.run;
    try {
      this.#generator = generatorOf(this, body);
      this.step();
    } catch (error) {
      execution.caught(error);
    }
    execution.current = outer;
  }

  override step(): void {
    const result = RESUME.call(this.#generator as Generator);
    if ((result as unknown) !== ANNOUNCEMENT) this.#settle(result);
  }

  /** The next operation of the ring, set up and armed. */
  operation(kind: OperationKind, target: Target | null, location: number, a: number, b: number): Operation {
    const operation = this.#operations[this.#next];
    this.#next = (this.#next + 1) & (RING - 1);
    operation.set(kind, target, location, a, b).arm();
    this.armed = operation;
    const observer = this.execution.observer;
    if (observer !== null) operation.stack = observer.wantsStacks ? (new Error().stack ?? null) : null;
    return operation;
  }

  join(): Step<number> {
    const execution = this.execution;
    if (this.#run !== execution.run) execution.misuse(`thread ${this.name} belongs to another run`);
    return arm<number>(execution, JOIN, this, this.location + STRAND_ENDED, this.index, 0, 'join').waitFor(
      this.location + STRAND_ENDED,
      EQUAL,
      1,
    );
  }

  /** The generator ended, or yielded something that is not an announcement. */
  #settle(result: IteratorResult<unknown, unknown>): void {
    const execution = this.execution;
    if (execution.failure !== null) return;
    if (result instanceof Promise) execution.misuse(asynchronous(this));
    if (result.done !== true) {
      const { value } = result;
      if (!(value instanceof Operation)) return execution.misuse(yielded(this, value));
      execution.stop('scenario-misuse', yielded(this, value), { stack: value.stack });
    }
    if (this.armed !== null) execution.misuseOf(this.armed);
    if (this.pending?.idle === false) execution.misuseOf(this.pending);
    const value = result.value;
    if (value !== undefined && value !== null && (typeof value !== 'number' || (value | 0) !== value)) {
      execution.misuse(
        `thread ${this.name} returned ${inspect(value)}: a thread returns an int32 or nothing`,
      );
    }
    execution.endStrand(this, typeof value === 'number' ? value : 0);
  }
}

/** Creates an operation of the running thread. */
export function arm<T>(
  execution: Execution,
  kind: OperationKind,
  target: Target | null,
  location: number,
  a: number,
  b: number,
  what: string,
): Operation & Step<T> {
  const strand = execution.current;
  const thread = strand?.thread ?? null;
  if (strand === null || strand.armed !== null || thread === null) {
    execution.creator(what);
    return execution.misuse(`${what} was called outside a thread of the scenario`);
  }
  return thread.operation(kind, target, location, a, b) as Operation & Step<T>;
}

const JOIN = defineKind({
  name: 'join',
  access: READ | ATOMIC,
  returns: RETURNS_INT,
  perform(execution, operation) {
    const ended = execution.strands[operation.a];
    if (execution.racesOn) execution.clocks.join(operation.strand, ended);
    return execution.words[ended.location + STRAND_RESULT];
  },
  holders: (_execution, operation) => [operation.a],
  holder: (_execution, operation) => operation.a,
  waitsForEnd: true,
});

const SPAWN = defineKind({
  name: 'spawn',
  access: WRITE | ATOMIC,
  returns: RETURNS_OBJECT,
  perform(execution, operation) {
    const request = operation.output as SpawnRequest;
    const child = startThread(execution, request.name, operation.strand, request.body);
    operation.output = child;
    operation.location = child.location;
    operation.target = null;
    return child.index;
  },
  parameters: (operation) => (operation.output as { name: string }).name,
});

interface SpawnRequest {
  readonly name: string;
  readonly body: ThreadBody;
}

/** The operation `spawn(name, body)` of the running thread. */
export function spawn(execution: Execution, name: string, body: ThreadBody): Step<Thread> {
  const operation = arm<Thread>(execution, SPAWN, null, 0, 0, 0, 'spawn');
  operation.output = { name, body } satisfies SpawnRequest;
  return operation;
}

/** Creates a thread and runs its code up to its first operation. */
export function startThread(
  execution: Execution,
  name: string,
  parent: Strand | null,
  body: ThreadBody,
): ThreadStrand {
  const thread = execution.addStrand(name, parent, (existing) =>
    existing instanceof ThreadStrand ? existing : new ThreadStrand(execution),
  );
  thread.start(body);
  return thread;
}

function generatorOf(thread: ThreadStrand, body: ThreadBody): Generator {
  const made: unknown = typeof body === 'function' ? body() : undefined;
  if (typeof made === 'object' && made !== null) {
    if ((made as Partial<Generator>).next === RESUME) return made as Generator;
    if (made instanceof Promise || Symbol.asyncIterator in made)
      thread.execution.misuse(asynchronous(thread));
  }
  return thread.execution.misuse(
    `the body of ${thread.name} is not a generator function: write function* () { ... }`,
  );
}

function asynchronous(thread: ThreadStrand): string {
  return `the body of ${thread.name} is async: write function* and yield*; promises cannot be explored`;
}

function yielded(thread: ThreadStrand, value: unknown): string {
  if (value instanceof Operation) {
    const text = value.describe();
    return `yield without the star: write "yield* ${text}" instead of "yield ${text}"`;
  }
  if (value instanceof Promise) {
    return `thread ${thread.name} yielded a promise: promises cannot be explored; use the scenario's objects`;
  }
  return `thread ${thread.name} yielded ${inspect(value)}: only operations may be yielded, by "yield*"`;
}

function inspect(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor.name})`;
  return String(value);
}
