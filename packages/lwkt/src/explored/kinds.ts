/**
 * Owns the kinds of operations of an explored kernel: what each step does to the words of the execution, and
 * how it orders strands. Stateless; run by the strand that was granted the step.
 */
import {
  ATOMIC,
  defineKind,
  type Execution,
  type Operation,
  type OperationKind,
  READ,
  READ_WRITE,
  RELAXED,
  RETURNS_BOOLEAN,
  RETURNS_INT,
  RETURNS_NOTHING,
  type Target,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
  WRITE,
} from '@smplab/explore';

/** What the operations on words are aimed at. */
export interface WordTarget extends Target {
  /** Lines about the block a word lies in. */
  history(location: number): string[];
}

/** Atomic words are not checked for races, but they must exist: the step looks when it is made. */
function touch(execution: Execution, { location, target }: Operation, writes: boolean): void {
  const state = execution.racesSeen.stateOf(location);
  if (state === WORD_INITIALISED) return;
  if (state === WORD_UNINITIALISED && writes) {
    execution.racesSeen.markInitialised(location);
    return;
  }
  const words = target as WordTarget;
  const name = words.describe(location);
  const details = words.history(location);
  if (state === WORD_UNINITIALISED) {
    execution.stop('uninitialised-read', `${name} is read before it was written`, { details });
  }
  const what = state === WORD_REDZONE ? 'lies beyond the end of its block' : 'is freed';
  const act = writes ? 'written' : 'read';
  execution.stop('use-after-free', `${name} is ${act} although it ${what}`, { details });
}

/** Events up to this number take the token; those above release it (see table.ts of @smplab/token). */
const LAST_TAKING_EVENT = 9;

export const LOAD = defineKind({
  name: 'kernel.load',
  access: READ | ATOMIC,
  returns: RETURNS_INT,
  perform(execution, operation) {
    touch(execution, operation, false);
    if (execution.racesOn) execution.clocks.acquire(operation.strand, operation.location);
    return execution.words[operation.location];
  },
});

export const STORE = defineKind({
  name: 'kernel.store',
  access: WRITE | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    touch(execution, operation, true);
    if (execution.racesOn) execution.clocks.release(operation.strand, operation.location);
    execution.words[operation.location] = operation.a;
    return operation.a;
  },
  parameters: (operation) => String(operation.a),
});

export const LOAD_RELAXED = defineKind({
  name: 'kernel.loadRelaxed',
  access: READ | RELAXED,
  returns: RETURNS_INT,
  perform(execution, operation) {
    touch(execution, operation, false);
    return execution.words[operation.location];
  },
});

export const STORE_RELAXED = defineKind({
  name: 'kernel.storeRelaxed',
  access: WRITE | RELAXED,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    touch(execution, operation, true);
    execution.words[operation.location] = operation.a;
    return operation.a;
  },
  parameters: (operation) => String(operation.a),
});

/** A read-modify-write that gives the old value. */
function readModifyWrite(name: string, combine: (old: number, operand: number) => number): OperationKind {
  return defineKind({
    name,
    access: READ_WRITE | ATOMIC,
    returns: RETURNS_INT,
    perform(execution, operation) {
      const { location } = operation;
      touch(execution, operation, false);
      if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, location);
      const old = execution.words[location];
      execution.words[location] = combine(old, operation.a);
      return old;
    },
    parameters: (operation) => String(operation.a),
  });
}

export const FETCHADD = readModifyWrite('kernel.fetchadd', (old, operand) => (old + operand) | 0);
export const SWAP = readModifyWrite('kernel.swap', (_old, operand) => operand);
export const OR = readModifyWrite('kernel.or', (old, operand) => old | operand);
export const AND = readModifyWrite('kernel.and', (old, operand) => old & operand);

export const CMPSET = defineKind({
  name: 'kernel.cmpset',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_BOOLEAN,
  perform(execution, operation) {
    const { location } = operation;
    touch(execution, operation, false);
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

export const FENCE = defineKind({
  name: 'kernel.fence',
  access: 0,
  returns: RETURNS_NOTHING,
  perform: () => 0,
});

/** The first half of an attempt at a token: looks at its word without learning anything from it. */
export const TOKEN_LOAD = defineKind({
  name: 'token.look',
  access: READ | RELAXED,
  returns: RETURNS_INT,
  perform(execution, operation) {
    // lwkt_token_init writes it without a step.
    touch(execution, operation, true);
    return execution.words[operation.location];
  },
});

/** The second half; whoever gets the token learns what those before it did. */
export const TOKEN_CHANGE = defineKind({
  name: 'token.change',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_BOOLEAN,
  perform(execution, operation) {
    const { location } = operation;
    if (execution.words[location] !== operation.a) return 0;
    if (execution.racesOn && operation.secondAccess === 1)
      execution.clocks.acquire(operation.strand, location);
    execution.words[location] = operation.b;
    return 1;
  },
  parameters: (operation) => `${operation.a}, ${operation.b}`,
});

export const TOKEN_RELEASE = defineKind({
  name: 'token.release',
  access: READ_WRITE | ATOMIC,
  returns: RETURNS_INT,
  perform(execution, operation) {
    const { location } = operation;
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, location);
    const before = execution.words[location];
    execution.words[location] = before + operation.a;
    return before;
  },
});

/** Waits for words; learns nothing from them (the operation that follows does). */
export const UNTIL = defineKind({
  name: 'kernel.until',
  access: READ | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    if (execution.racesOn) execution.clocks.acquire(operation.strand, operation.waitLocation);
    return execution.words[operation.waitLocation];
  },
});

/** The thread computes; a driver that has time says what is left, in `b`. */
export const COMPUTE = defineKind({
  name: 'kernel.compute',
  access: 0,
  returns: RETURNS_INT,
  perform: (_execution, operation) => operation.b,
  parameters: (operation) => String(operation.a),
});

/** The idle thread rests. */
export const REST = defineKind({
  name: 'kernel.rest',
  access: READ | RELAXED,
  returns: RETURNS_NOTHING,
  perform: () => 0,
});

/** Something of a strand that only its CPU can do: the interrupt line, the clock. */
export interface Effect {
  perform(execution: Execution, operation: Operation): number;
}

function effect(name: string, access: number): OperationKind {
  return defineKind({
    name,
    access,
    returns: RETURNS_INT,
    perform: (execution, operation) => (operation.output as Effect).perform(execution, operation),
  });
}

/** Messages or interrupts reach the CPU, which handles them at once. */
export const DELIVER = effect('kernel.interrupt', READ_WRITE | ATOMIC);
/** They reach it in a critical section and are noted. */
export const PEND = effect('kernel.pend', READ_WRITE | ATOMIC);
/** The clock interrupt. */
export const TICK = effect('kernel.tick', READ_WRITE | ATOMIC);
export const ALLOCATE = effect('kernel.kmalloc', READ_WRITE | ATOMIC);
export const FREE = effect('kernel.kfree', READ_WRITE | ATOMIC);

/** Whether an event of the token machine takes the token. */
export function takes(event: number): boolean {
  return event <= LAST_TAKING_EVENT;
}
