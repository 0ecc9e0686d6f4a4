/** Owns the counting semaphore: one word, the count. A waiter is enabled while the count is positive. */
import { GREATER_OR_EQUAL } from '../engine/condition.ts';
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

const access = READ_WRITE | ATOMIC;

function take(execution: Execution, operation: Operation): number {
  if (execution.racesOn) execution.clocks.acquire(operation.strand, operation.location);
  execution.words[operation.location]--;
  return 1;
}

const WAIT = defineKind({ name: 'semaphore.wait', access, returns: RETURNS_NOTHING, perform: take });

const TRY_WAIT = defineKind({
  name: 'semaphore.tryWait',
  access,
  returns: RETURNS_BOOLEAN,
  perform: (execution, operation) =>
    execution.words[operation.location] > 0 ? take(execution, operation) : 0,
});

const POST = defineKind({
  name: 'semaphore.post',
  access,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, operation.location);
    return ++execution.words[operation.location];
  },
});

/** A counting semaphore. */
export class Semaphore extends SharedObject {
  constructor(execution: Execution, name: string, count: number) {
    super(execution, name, 1);
    if (this.int32(count, 'count') < 0) {
      execution.misuse(`semaphore ${name} was given the count ${count}: it starts at 0 or more`);
    }
    execution.words[this.location] = count;
  }

  override get noun(): string {
    return 'semaphore';
  }

  wait(): Step<void> {
    return this.operation<undefined>(WAIT, this.location, 0, 0).waitFor(this.location, GREATER_OR_EQUAL, 1);
  }

  /** Takes one if there is one; true if it did. */
  tryWait(): Step<boolean> {
    return this.operation<boolean>(TRY_WAIT, this.location, 0, 0);
  }

  post(): Step<void> {
    return this.operation<undefined>(POST, this.location, 0, 0);
  }
}
