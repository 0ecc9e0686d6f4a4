/**
 * Owns the mutex: one word, index + 1 of the owner, 0 when free. Not recursive: a second lock by the owner
 * deadlocks; an unlock by anyone but the owner is lock-misuse.
 */
import { EQUAL } from '../engine/condition.ts';
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

function take(execution: Execution, operation: Operation): number {
  const location = operation.location;
  if (execution.racesOn) execution.clocks.acquire(operation.strand, location);
  execution.words[location] = operation.strand.index + 1;
  return 1;
}

/** The strand that must unlock before this lock can succeed. */
export function mutexHolders(execution: Execution, operation: Operation): number[] {
  const owner = mutexHolder(execution, operation);
  return owner < 0 ? [] : [owner];
}

function mutexHolder(execution: Execution, operation: Operation): number {
  return execution.words[operation.waitLocation] - 1;
}

const LOCK = defineKind({
  name: 'mutex.lock',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform: take,
  holders: mutexHolders,
  holder: mutexHolder,
});

const TRY_LOCK = defineKind({
  name: 'mutex.tryLock',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_BOOLEAN,
  perform(execution, operation) {
    if (execution.words[operation.location] === 0) return take(execution, operation);
    return 0;
  },
});

const UNLOCK = defineKind({
  name: 'mutex.unlock',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    releaseMutex(execution, operation, operation.target as Mutex);
    return 0;
  },
});

/** Frees the mutex for the operation's strand, or fails with lock-misuse. */
export function releaseMutex(execution: Execution, operation: Operation, mutex: Mutex): void {
  const location = mutex.location;
  const owner = execution.words[location];
  if (owner !== operation.strand.index + 1) {
    const holder = owner === 0 ? 'nobody' : execution.strands[owner - 1].path;
    const act = operation.kind === UNLOCK ? 'unlocks' : 'waits with';
    execution.stop(
      'lock-misuse',
      `${operation.strand.path} ${act} mutex ${mutex.name}, which ${holder} holds`,
      {
        place: `${act} mutex ${mutex.name}`,
      },
    );
  }
  if (execution.racesOn) execution.clocks.release(operation.strand, location);
  execution.words[location] = 0;
}

/** A lock with an owner; fields and `peek` are not part of it. */
export class Mutex extends SharedObject {
  constructor(execution: Execution, name: string) {
    super(execution, name, 1);
  }

  override get noun(): string {
    return 'mutex';
  }

  lock(): Step<void> {
    return this.operation<undefined>(LOCK, this.location, 0, 0).waitFor(this.location, EQUAL, 0);
  }

  /** Takes the mutex if it is free; true if it did. */
  tryLock(): Step<boolean> {
    return this.operation<boolean>(TRY_LOCK, this.location, 0, 0);
  }

  unlock(): Step<void> {
    return this.operation<undefined>(UNLOCK, this.location, 0, 0);
  }
}
