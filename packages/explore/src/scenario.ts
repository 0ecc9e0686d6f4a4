/**
 * Owns the scenario: a name, a body that runs as the thread `main`, and the context `s` with which a body
 * creates shared objects and threads (contracts.md, section 2). A scenario runs thousands of times in one
 * process, so all its state is created inside the body.
 */
import type { Execution } from './engine/execution.ts';
import type { Program } from './engine/program.ts';
import { active } from './engine/run-state.ts';
import type { Step } from './engine/operation.ts';
import { spawn, startThread, type Thread, type ThreadBody } from './engine/thread.ts';
import { Atomic } from './objects/atomic.ts';
import { Barrier } from './objects/barrier.ts';
import { Cell, CellArray } from './objects/cell.ts';
import { Cond, type CondOptions } from './objects/cond.ts';
import { alloc, type AllocOptions, type Fields, free, Heap, HeapObject } from './objects/heap.ts';
import { fence, waitUntil, yieldHint } from './objects/hint.ts';
import { Mutex } from './objects/mutex.ts';
import { RwLock } from './objects/rwlock.ts';
import { Semaphore } from './objects/semaphore.ts';
import { MAXIMUM_OBJECTS } from './objects/shared-object.ts';

/** The body of a scenario: a generator function that gets the context. */
export type ScenarioBody = (s: ScenarioContext) => Iterator<unknown, unknown>;

/** Where a scenario of a catalogue comes from and what is expected of it; shown by `smplab list`. */
export interface ScenarioNotes {
  /** Publication or repository it was rebuilt from. */
  readonly source?: string;
  /** What it shows, in a sentence. */
  readonly shows?: string;
  /** The verdict exploration is expected to give; `none` for correct programs. */
  readonly expected?: string;
}

/** What a scenario body sees as `s`. Values are int32 throughout. */
export class ScenarioContext {
  readonly #execution: Execution;
  #heapOfRun: Heap | null = null;
  #run: number;
  #objects = 0;

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#run = execution.run;
  }

  /** Plain memory of one word; without `init` it is uninitialised, and reading it first is an error. */
  cell(name: string, init?: number): Cell {
    return new Cell(this.#creating(name, 'cell'), name, init);
  }

  /** `n` words of plain memory, each starting as `init`; without it they are uninitialised. */
  array(name: string, n: number, init?: number): CellArray {
    return new CellArray(this.#creating(name, 'array'), name, n, init);
  }

  /** A sequentially consistent word. */
  atomic(name: string, init: number): Atomic {
    return new Atomic(this.#creating(name, 'atomic'), name, init);
  }

  mutex(name: string): Mutex {
    return new Mutex(this.#creating(name, 'mutex'), name);
  }

  rwlock(name: string): RwLock {
    return new RwLock(this.#creating(name, 'rwlock'), name);
  }

  cond(name: string, options: CondOptions = {}): Cond {
    return new Cond(this.#creating(name, 'cond'), name, options);
  }

  semaphore(name: string, n: number): Semaphore {
    return new Semaphore(this.#creating(name, 'semaphore'), name, n);
  }

  barrier(name: string, n: number): Barrier {
    return new Barrier(this.#creating(name, 'barrier'), name, n);
  }

  /** Allocates an object with the given fields; what is not freed by the end of the run is a leak. */
  alloc(type: string, fields: Fields, options: AllocOptions = {}): Step<HeapObject> {
    return alloc(this.#heap(), type, fields, options);
  }

  /** Frees an object; freeing 0 does nothing. */
  free(objectOrId: HeapObject | number): Step<void> {
    return free(this.#heap(), objectOrId);
  }

  /** The object with an id, whether live or freed: using it checks. */
  deref(id: number): HeapObject {
    const heap = this.#heap();
    if (id !== 0 && heap.block(id) === undefined) {
      heap.execution.misuse(`deref was given ${String(id)}, which is not the id of an allocated object`);
    }
    return new HeapObject(heap, id);
  }

  /** Starts a thread; its code up to its first operation runs within this step. */
  spawn(name: string, body: ThreadBody): Step<Thread> {
    return spawn(this.#creating(name, 'spawn'), name, body);
  }

  /** A hint: this thread can do nothing useful until another has stepped. */
  yield(): Step<void> {
    return yieldHint(this.#running('yield'));
  }

  /** A full memory fence. */
  fence(): Step<void> {
    return fence(this.#running('fence'));
  }

  /** Blocks until the predicate, which reads by `peek` only, holds. */
  waitUntil(predicate: () => boolean): Step<void> {
    return waitUntil(this.#running('waitUntil'), predicate);
  }

  /** 0 to n - 1, explored like a scheduling choice; not a step. */
  choose(n: number): number {
    const execution = this.#running('choose');
    if ((n | 0) !== n || n < 1) {
      execution.misuse(`choose was given ${String(n)}: the number of alternatives is a whole number from 1`);
    }
    return execution.choose(n);
  }

  /** Fails the run with verdict `assertion` unless `ok` is true. */
  assert(ok: boolean, text: string): void {
    const execution = this.#running('assert');
    if (typeof ok !== 'boolean') {
      execution.misuse(
        `assert("${text}") was given ${typeof ok === 'object' ? 'an object' : String(ok)}: ` +
          'true or false is needed',
      );
    }
    if (!ok) execution.stop('assertion', text);
  }

  /** Fails the run with verdict `assertion`. */
  fail(text: string): never {
    return this.#running('fail').stop('assertion', text);
  }

  /** A line in the trace of a finding; printed for the reported run only. */
  log(text: string): void {
    const execution = this.#running('log');
    if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean') {
      execution.misuse(`log was given ${typeof text}: a text is needed`);
    }
    execution.observer?.onLog?.(execution.current, text);
  }

  /** Fails with `leak` if objects of this run were not freed. */
  checkLeaks(): void {
    this.#heapOfRun?.checkLeaks();
  }

  /**
   * The execution, refusing calls from outside a running thread, of another run, or over a forgotten
   * operation.
   */
  #running(what: string): Execution {
    const execution = this.#execution;
    const running = active.execution;
    if (this.#run !== execution.run || (running !== null && running !== execution)) {
      (running ?? execution).misuse(`s.${what} was called with the context of another run`);
    }
    const strand = execution.current;
    if (strand === null || strand.armed !== null) execution.creator(`s.${what}`);
    return execution;
  }

  #creating(name: string, what: string): Execution {
    const execution = this.#running(what);
    if (typeof name !== 'string' || name === '')
      execution.misuse(`s.${what} needs a name as its first argument`);
    if (++this.#objects > MAXIMUM_OBJECTS) {
      execution.misuse(
        `the scenario creates more than ${MAXIMUM_OBJECTS} objects in one run: use s.array for bulk memory`,
      );
    }
    return execution;
  }

  #heap(): Heap {
    this.#running('alloc');
    this.#heapOfRun ??= new Heap(this.#execution);
    return this.#heapOfRun;
  }
}

/** A named scenario on plain shared objects. */
export class Scenario implements Program {
  #context: ScenarioContext | null = null;

  constructor(
    readonly name: string,
    readonly body: ScenarioBody,
    readonly notes: ScenarioNotes = {},
  ) {}

  start(execution: Execution): void {
    const context = new ScenarioContext(execution);
    this.#context = context;
    startThread(execution, 'main', null, () => this.body(context));
  }

  finish(): void {
    this.#context?.checkLeaks();
  }
}

/**
 * Makes a scenario of a generator function; a scenario file exports it as default, or several as an array.
 *
 *     export default scenario('lost update', function* (s) {
 *       const x = s.atomic('x', 0);
 *       const inc = function* () { const v = yield* x.load(); yield* x.store(v + 1); };
 *       const t1 = yield* s.spawn('t1', inc);
 *       const t2 = yield* s.spawn('t2', inc);
 *       yield* t1.join(); yield* t2.join();
 *       s.assert(x.peek() === 2, 'x must be 2');
 *     });
 */
export function scenario(name: string, body: ScenarioBody, notes: ScenarioNotes = {}): Scenario {
  if (typeof name !== 'string' || name.trim() === '') throw new TypeError('scenario needs a name');
  if (typeof body !== 'function') throw new TypeError(`scenario "${name}" needs a generator function`);
  return new Scenario(name, body, notes);
}
