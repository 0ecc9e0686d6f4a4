/**
 * Owns the reader/writer lock. Readers enter whenever no writer holds it (writers waiting do not hold readers
 * back), so a thread may read-lock again what it read-locked; a writer enters when nobody holds it.
 *
 *     +0 state    0 free, n > 0 held by n readers, -1 held by a writer
 *     +1 writer   index + 1 of the writer
 *     +2 holders  location of a table of read holds by strand index, 0 until the first reader
 *     +3 size     number of strands that table has room for
 *     +4 left     what departing readers release to; a writer acquires it
 */
import { EQUAL, GREATER_OR_EQUAL } from '../engine/condition.ts';
import type { Execution } from '../engine/execution.ts';
import { ATOMIC, READ_WRITE } from '../engine/footprint.ts';
import {
  defineKind,
  type Operation,
  RETURNS_BOOLEAN,
  RETURNS_NOTHING,
  type Step,
} from '../engine/operation.ts';
import { SharedObject } from './shared-object.ts';

const STATE = 0;
const WRITER = 1;
const HOLDERS = 2;
const SIZE = 3;
const LEFT = 4;
const WORDS = 5;
/** Strands the first table has room for. */
const FIRST_SIZE = 8;
const WRITE_HELD = -1;

function enterRead(execution: Execution, operation: Operation): number {
  const base = operation.location;
  if (operation.strand.index >= execution.words[base + SIZE]) widen(execution, base, operation.strand.index);
  const words = execution.words;
  words[base + STATE]++;
  words[words[base + HOLDERS] + operation.strand.index]++;
  if (execution.racesOn) execution.clocks.acquire(operation.strand, base);
  return 1;
}

/** Gives the lock a table that has room for a strand. */
function widen(execution: Execution, base: number, index: number): void {
  let size = Math.max(FIRST_SIZE, execution.words[base + SIZE]);
  while (size <= index) size *= 2;
  const table = execution.allocate(size);
  const words = execution.words;
  const old = words[base + HOLDERS];
  words.copyWithin(table, old, old + words[base + SIZE]);
  words[base + HOLDERS] = table;
  words[base + SIZE] = size;
}

function enterWrite(execution: Execution, operation: Operation): number {
  const base = operation.location;
  execution.words[base + STATE] = WRITE_HELD;
  execution.words[base + WRITER] = operation.strand.index + 1;
  if (execution.racesOn) {
    execution.clocks.acquire(operation.strand, base);
    execution.clocks.acquire(operation.strand, base + LEFT);
  }
  return 1;
}

/** The strands that hold the lock now: a waiter needs every one of them to leave. */
function holders(execution: Execution, operation: Operation): number[] {
  const base = operation.location;
  const words = execution.words;
  if (words[base + STATE] === WRITE_HELD) return [words[base + WRITER] - 1];
  const table = words[base + HOLDERS];
  const found: number[] = [];
  for (let index = 0; index < words[base + SIZE]; index++) if (words[table + index] > 0) found.push(index);
  return found;
}

const access = READ_WRITE | ATOMIC;
const READ_LOCK = defineKind({
  name: 'rwlock.readLock',
  access,
  returns: RETURNS_NOTHING,
  perform: enterRead,
  holders,
});
const WRITE_LOCK = defineKind({
  name: 'rwlock.writeLock',
  access,
  returns: RETURNS_NOTHING,
  perform: enterWrite,
  holders,
});

const TRY_READ_LOCK = defineKind({
  name: 'rwlock.tryReadLock',
  access,
  returns: RETURNS_BOOLEAN,
  perform: (execution, operation) =>
    execution.words[operation.location + STATE] >= 0 ? enterRead(execution, operation) : 0,
});

const TRY_WRITE_LOCK = defineKind({
  name: 'rwlock.tryWriteLock',
  access,
  returns: RETURNS_BOOLEAN,
  perform: (execution, operation) =>
    execution.words[operation.location + STATE] === 0 ? enterWrite(execution, operation) : 0,
});

const READ_UNLOCK = defineKind({
  name: 'rwlock.readUnlock',
  access,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const base = operation.location;
    const words = execution.words;
    const table = words[base + HOLDERS];
    const index = operation.strand.index;
    if (index >= words[base + SIZE] || words[table + index] === 0)
      misheld(execution, operation, 'read-unlocks');
    words[table + index]--;
    words[base + STATE]--;
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, base + LEFT);
    return 0;
  },
});

const WRITE_UNLOCK = defineKind({
  name: 'rwlock.writeUnlock',
  access,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const base = operation.location;
    if (execution.words[base + WRITER] !== operation.strand.index + 1)
      misheld(execution, operation, 'write-unlocks');
    execution.words[base + WRITER] = 0;
    execution.words[base + STATE] = 0;
    if (execution.racesOn) execution.clocks.release(operation.strand, base);
    return 0;
  },
});

function misheld(execution: Execution, operation: Operation, act: string): never {
  const names = holders(execution, operation).map((index) => execution.strands[index].path);
  const how = execution.words[operation.location + STATE] === WRITE_HELD ? 'for writing' : 'for reading';
  const verb = names.length === 1 ? 'holds' : 'hold';
  const holding = names.length === 0 ? 'nobody holds' : `${names.join(', ')} ${verb} ${how}`;
  const lock = (operation.target as RwLock).name;
  return execution.stop('lock-misuse', `${operation.strand.path} ${act} rwlock ${lock}, which ${holding}`, {
    place: `${act} ${lock}`,
  });
}

/** A lock for many readers or one writer. */
export class RwLock extends SharedObject {
  constructor(execution: Execution, name: string) {
    super(execution, name, WORDS);
  }

  override get noun(): string {
    return 'rwlock';
  }

  readLock(): Step<void> {
    return this.operation<undefined>(READ_LOCK, this.location, 0, 0).waitFor(
      this.location,
      GREATER_OR_EQUAL,
      0,
    );
  }

  writeLock(): Step<void> {
    return this.operation<undefined>(WRITE_LOCK, this.location, 0, 0).waitFor(this.location, EQUAL, 0);
  }

  tryReadLock(): Step<boolean> {
    return this.operation<boolean>(TRY_READ_LOCK, this.location, 0, 0);
  }

  tryWriteLock(): Step<boolean> {
    return this.operation<boolean>(TRY_WRITE_LOCK, this.location, 0, 0);
  }

  readUnlock(): Step<void> {
    return this.operation<undefined>(READ_UNLOCK, this.location, 0, 0);
  }

  writeUnlock(): Step<void> {
    return this.operation<undefined>(WRITE_UNLOCK, this.location, 0, 0);
  }
}
