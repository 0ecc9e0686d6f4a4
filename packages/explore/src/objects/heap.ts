/**
 * Owns the objects that scenarios allocate and free: plain words behind an id, with the checks a C program
 * lacks. An id is the location of the object's header; ids are not given out again within a run unless the
 * scenario asks for it.
 *
 *     +0 state   1 live, 2 freed        +1 ... fields, in the order of the initialiser
 */
import { WORD_INITIALISED, WORD_UNINITIALISED } from '../detect/race-detector.ts';
import type { Execution } from '../engine/execution.ts';
import { ATOMIC, PLAIN, READ, WRITE } from '../engine/footprint.ts';
import {
  defineKind,
  type Operation,
  type OperationKind,
  RETURNS_INT,
  RETURNS_NOTHING,
  RETURNS_OBJECT,
  type Step,
  type Target,
} from '../engine/operation.ts';
import { arm } from '../engine/thread.ts';
import { refuseValue } from './shared-object.ts';

const LIVE = 1;
const FREED = 2;
const HEADER_WORDS = 1;

/** Initial values by field; `undefined` leaves a field uninitialised, and reading it is an error. */
export type Fields = Readonly<Record<string, number | undefined>>;

export interface AllocOptions {
  /** Give the ids of freed objects of this type out again, latest first: then ABA is possible. */
  readonly reuse?: boolean;
}

/** One allocated object, live or freed. */
interface Block {
  readonly type: string;
  readonly ordinal: number;
  readonly fields: readonly string[];
  allocatedBy: string;
  allocatedAt: string | null;
  freedBy: string;
  freedAt: string | null;
}

export class Heap {
  readonly run: number;
  readonly #blocks = new Map<number, Block>();
  readonly #ordinals = new Map<string, number>();
  readonly #reusable = new Map<string, number[]>();

  constructor(readonly execution: Execution) {
    this.run = execution.run;
  }

  block(id: number): Block | undefined {
    return this.#blocks.get(id);
  }

  /** The name of an object in reports: `node#2`. */
  name(id: number): string {
    const block = this.#blocks.get(id);
    return block === undefined ? `object ${id}` : `${block.type}#${block.ordinal}`;
  }

  create(operation: Operation, request: AllocRequest): HeapObject {
    const { type, init, reuse } = request;
    const names = Object.keys(init);
    const words = names.length + HEADER_WORDS;
    const execution = this.execution;
    const key = `${type}/${words}`;
    const id = (reuse ? this.#reusable.get(key)?.pop() : undefined) ?? execution.allocatePlain(words, true);
    execution.words[id] = LIVE;
    const ordinal = (this.#ordinals.get(type) ?? 0) + 1;
    this.#ordinals.set(type, ordinal);
    this.#blocks.set(id, {
      type,
      ordinal,
      fields: names,
      allocatedBy: operation.strand.path,
      allocatedAt: operation.stack,
      freedBy: '',
      freedAt: null,
    });
    for (let i = 0; i < names.length; i++)
      this.#initialise(id + HEADER_WORDS + i, init[names[i]], names[i], type);
    return new HeapObject(this, id);
  }

  #initialise(location: number, value: number | undefined, field: string, type: string): void {
    const execution = this.execution;
    const state = value === undefined ? WORD_UNINITIALISED : WORD_INITIALISED;
    execution.racesSeen.setState(location, 1, state);
    if (value === undefined) return;
    if ((value | 0) !== value) refuseValue(execution, value, `${type}.${field}`);
    execution.words[location] = value;
  }

  release(operation: Operation, id: number): void {
    if (id === 0) return;
    const execution = this.execution;
    const block = this.#blocks.get(id);
    if (block === undefined)
      execution.misuse(`free was given ${id}, which is not the id of an allocated object`);
    if (execution.words[id] === FREED) {
      execution.stop('double-free', `${operation.strand.path} frees ${this.name(id)} a second time`, {
        details: this.history(id),
        place: `free ${block?.type}`,
      });
    }
    const { fields, type } = block as Block;
    if (execution.racesOn) {
      for (let i = 0; i < fields.length; i++)
        execution.racesSeen.write(operation.strand, id + HEADER_WORDS + i);
    }
    execution.words[id] = FREED;
    (block as Block).freedBy = operation.strand.path;
    (block as Block).freedAt = operation.stack;
    const key = `${type}/${fields.length + HEADER_WORDS}`;
    const free = this.#reusable.get(key);
    if (free === undefined) this.#reusable.set(key, [id]);
    else free.push(id);
  }

  /** Fails unless the object behind the operation is live. */
  checkLive(operation: Operation, id: number, field: string): void {
    const execution = this.execution;
    if (id === 0) {
      execution.stop('null-dereference', `${operation.strand.path} uses field ${field} of the null object`, {
        place: `null.${field}`,
      });
    }
    if (execution.words[id] === FREED) {
      const type = this.#blocks.get(id)?.type ?? '';
      execution.stop(
        'use-after-free',
        `${operation.strand.path} uses ${this.name(id)}.${field} after it was freed`,
        {
          details: this.history(id),
          place: `${type}.${field}`,
        },
      );
    }
  }

  /** Who allocated and who freed an object; the stacks are there when the run was watched. */
  history(id: number): string[] {
    const block = this.#blocks.get(id);
    if (block === undefined) return [];
    const lines = [`${this.name(id)} allocated by ${block.allocatedBy}${at(block.allocatedAt)}`];
    if (block.freedBy !== '') lines.push(`${this.name(id)} freed by ${block.freedBy}${at(block.freedAt)}`);
    return lines;
  }

  /** Fails with `leak` if objects are left over at the end of a run. */
  checkLeaks(): void {
    const left: number[] = [];
    for (const id of this.#blocks.keys()) if (this.execution.words[id] === LIVE) left.push(id);
    if (left.length === 0) return;
    const names = left.slice(0, 5).map((id) => this.name(id));
    const more = left.length > names.length ? ` and ${left.length - names.length} more` : '';
    const verb = left.length === 1 ? 'was' : 'were';
    this.execution.fail('leak', `${names.join(', ')}${more} ${verb} never freed`, {
      strand: null,
      stack: null,
      details: left.slice(0, 5).flatMap((id) => this.history(id)),
      place: left.map((id) => this.#blocks.get(id)?.type).join(),
    });
  }
}

/** Marks a stack inside a detail line; the report turns it into a source line. */
export const STACK_MARK = '\u0000';

function at(stack: string | null): string {
  return stack === null ? '' : `${STACK_MARK}${stack}${STACK_MARK}`;
}

interface AllocRequest {
  readonly heap: Heap;
  readonly type: string;
  readonly init: Fields;
  readonly reuse: boolean;
}

const ALLOC: OperationKind = defineKind({
  name: 'alloc',
  access: WRITE | ATOMIC,
  returns: RETURNS_OBJECT,
  perform(_execution, operation) {
    const request = operation.output as AllocRequest;
    const object = request.heap.create(operation, request);
    operation.output = object;
    operation.location = object.id;
    return object.id;
  },
  parameters: (operation) =>
    operation.output instanceof HeapObject ? operation.output.type : (operation.output as AllocRequest).type,
});

const FREE = defineKind({
  name: 'free',
  access: WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(_execution, operation) {
    (operation.output as Heap).release(operation, operation.a);
    return operation.a;
  },
  parameters: (operation) => (operation.output as Heap).name(operation.a),
});

const FIELD_READ = defineKind({
  name: 'field.read',
  access: READ | PLAIN,
  returns: RETURNS_INT,
  perform(execution, operation) {
    const object = operation.target as HeapObject;
    const field = operation.output as string;
    object.heap.checkLive(operation, object.id, field);
    const location = operation.location;
    if (execution.racesOn) execution.racesSeen.read(operation.strand, location);
    if (!execution.racesSeen.isInitialised(location)) {
      execution.stop('uninitialised-read', `${object.describe(location)} is read before it was written`, {
        details: object.heap.history(object.id),
        place: `${object.type}.${field}`,
      });
    }
    return execution.words[location];
  },
});

const FIELD_WRITE = defineKind({
  name: 'field.write',
  access: WRITE | PLAIN,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const object = operation.target as HeapObject;
    object.heap.checkLive(operation, object.id, operation.output as string);
    const location = operation.location;
    if (execution.racesOn) execution.racesSeen.write(operation.strand, location);
    else execution.racesSeen.markInitialised(location);
    execution.words[location] = operation.a;
    return operation.a;
  },
  parameters: (operation) => String(operation.a),
});

/** An object by its id, whether it is still there or not: every use is checked when it happens. */
export class HeapObject implements Target {
  constructor(
    readonly heap: Heap,
    /** Non-zero int32; 0 for the null object that `deref(0)` gives. */
    readonly id: number,
  ) {}

  get type(): string {
    return this.heap.block(this.id)?.type ?? 'null';
  }

  describe(location: number): string {
    if (this.id === 0) return 'null';
    const field = this.heap.block(this.id)?.fields[location - this.id - HEADER_WORDS];
    return field === undefined ? this.heap.name(this.id) : `${this.heap.name(this.id)}.${field}`;
  }

  read(field: string): Step<number> {
    return this.#access<number>(FIELD_READ, field, 0);
  }

  write(field: string, value: number): Step<void> {
    const operation = this.#access<undefined>(FIELD_WRITE, field, value);
    if ((value | 0) !== value) refuseValue(this.heap.execution, value, `${this.type}.${field}`);
    return operation;
  }

  #access<T>(kind: OperationKind, field: string, value: number): Operation & Step<T> {
    const execution = this.heap.execution;
    if (this.heap.run !== execution.run)
      execution.misuse(`${this.type} object ${this.id} belongs to another run`);
    const operation = arm<T>(
      execution,
      kind,
      this,
      this.#locate(field),
      value,
      0,
      `${this.type}.${kind.label}`,
    );
    operation.output = field;
    operation.second = this.id;
    operation.secondAccess = READ | ATOMIC;
    return operation;
  }

  #locate(field: string): number {
    if (this.id === 0) return 0;
    const block = this.heap.block(this.id) as Block;
    const position = block.fields.indexOf(field);
    if (position < 0) {
      this.heap.execution.misuse(
        `${block.type} has no field ${field}: its fields are ${block.fields.join(', ') || 'none'}`,
      );
    }
    return this.id + HEADER_WORDS + position;
  }
}

/** The operation `alloc(type, fields)` of the running thread. */
export function alloc(heap: Heap, type: string, init: Fields, options: AllocOptions): Step<HeapObject> {
  if (typeof type !== 'string' || type === '' || typeof init !== 'object') {
    heap.execution.misuse("alloc needs a type name and its fields: s.alloc('node', { next: 0 })");
  }
  const operation = arm<HeapObject>(heap.execution, ALLOC, null, 0, 0, 0, 'alloc');
  operation.output = { heap, type, init, reuse: options.reuse === true } satisfies AllocRequest;
  return operation;
}

/** The operation `free(objectOrId)` of the running thread; freeing 0 does nothing. */
export function free(heap: Heap, objectOrId: HeapObject | number): Step<void> {
  if (typeof objectOrId !== 'number' && !(objectOrId instanceof HeapObject)) {
    heap.execution.misuse('free needs an object or its id');
  }
  if (typeof objectOrId !== 'number' && objectOrId.heap !== heap) {
    heap.execution.misuse(`free was given ${objectOrId.type} object ${objectOrId.id} of another run`);
  }
  const id = typeof objectOrId === 'number' ? objectOrId : objectOrId.id;
  const operation = arm<undefined>(heap.execution, FREE, null, id, id, 0, 'free');
  operation.output = heap;
  return operation;
}
