/**
 * Owns the condition variable. A wait is two steps: release the mutex and stand in the queue; then,
 * signalled, take the mutex again. A signal wakes the longest sleeper (or, with `wake: 'any'`, each of them
 * is explored). No wakeups without a signal unless `spurious` is given. A timed wait may give up at any
 * moment the mutex is free.
 *
 *     +0 head  index + 1 of the first sleeper, linked by STRAND_NEXT      +1 tail  index + 1 of the last
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
import type { Strand } from '../engine/strand.ts';
import { STRAND_NEXT, STRAND_WAKEUP } from '../engine/strand.ts';
import { Mutex, mutexHolders, releaseMutex } from './mutex.ts';
import { SharedObject } from './shared-object.ts';

const HEAD = 0;
const TAIL = 1;
const WORDS = 2;

export interface CondOptions {
  /** Explore wakeups that nobody signalled; default false. */
  readonly spurious?: boolean;
  /** Which sleeper a signal wakes: the one that waits longest (default), or any (each is explored). */
  readonly wake?: 'first' | 'any';
}

const access = READ_WRITE | ATOMIC;

/**
 * The second step of a wait: `target` the condition, `location` the mutex, `second` the condition's words.
 */
function wake(execution: Execution, operation: Operation): number {
  const strand = operation.strand;
  const signalled = execution.words[strand.location + STRAND_WAKEUP];
  if (signalled === 0) leaveQueue(execution, operation.second, strand);
  execution.words[operation.location] = strand.index + 1;
  if (execution.racesOn) {
    execution.clocks.acquire(strand, operation.location);
    if (signalled !== 0) execution.clocks.acquire(strand, operation.second);
  }
  return signalled;
}

function wakeHolders(execution: Execution, operation: Operation): number[] {
  return operation.waitLocation === operation.location ? mutexHolders(execution, operation) : [];
}

/** Null once the sleeper was signalled. */
function sleepsOn(execution: Execution, operation: Operation): string | null {
  const signalled = execution.words[operation.strand.location + STRAND_WAKEUP] !== 0;
  return signalled ? null : (operation.target as Cond).name;
}

const WAKE = defineKind({
  name: 'cond.wake',
  access,
  returns: RETURNS_NOTHING,
  perform: wake,
  holders: wakeHolders,
  sleepsOn,
  rouse(execution, operation) {
    rouse(execution, operation.second, operation.strand);
  },
});
const WAKE_TIMED = defineKind({
  name: 'timed.wake',
  access,
  returns: RETURNS_BOOLEAN,
  perform: wake,
  holders: wakeHolders,
});

function sleep(execution: Execution, operation: Operation): number {
  const cond = operation.target as Cond;
  const mutex = operation.output as Mutex;
  const strand = operation.strand;
  const timed = operation.kind === WAIT_TIMEOUT;
  releaseMutex(execution, operation, mutex);
  enqueue(execution, cond.location, strand);
  operation.set(timed ? WAKE_TIMED : WAKE, cond, mutex.location, 0, 0);
  operation.second = cond.location;
  operation.secondAccess = access;
  if (timed || cond.options.spurious === true) operation.waitFor(mutex.location, EQUAL, 0);
  else operation.waitFor(strand.location + STRAND_WAKEUP, EQUAL, 1);
  operation.again();
  return 0;
}

const parameters = (operation: Operation): string => (operation.output as Mutex).name;
const WAIT = defineKind({ name: 'cond.wait', access, returns: RETURNS_NOTHING, perform: sleep, parameters });
const WAIT_TIMEOUT = defineKind({
  name: 'cond.waitTimeout',
  access,
  returns: RETURNS_BOOLEAN,
  perform: sleep,
  parameters,
});

/** Wakes sleepers; the value is how many. */
const SIGNAL = defineKind({
  name: 'cond.signal',
  access,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const cond = operation.target as Cond;
    const sleepers = queue(execution, cond.location);
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, cond.location);
    if (sleepers.length === 0) return 0;
    const chosen = cond.options.wake === 'any' ? execution.choose(sleepers.length) : 0;
    rouse(execution, cond.location, sleepers[chosen]);
    return 1;
  },
});

const BROADCAST = defineKind({
  name: 'cond.broadcast',
  access,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const sleepers = queue(execution, operation.location);
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, operation.location);
    for (const sleeper of sleepers) rouse(execution, operation.location, sleeper);
    return sleepers.length;
  },
});

function enqueue(execution: Execution, cond: number, strand: Strand): void {
  const words = execution.words;
  words[strand.location + STRAND_WAKEUP] = 0;
  words[strand.location + STRAND_NEXT] = 0;
  const tail = words[cond + TAIL];
  if (tail === 0) words[cond + HEAD] = strand.index + 1;
  else words[execution.strands[tail - 1].location + STRAND_NEXT] = strand.index + 1;
  words[cond + TAIL] = strand.index + 1;
}

function queue(execution: Execution, cond: number): Strand[] {
  const sleepers: Strand[] = [];
  let link = execution.words[cond + HEAD];
  while (link !== 0) {
    const sleeper = execution.strands[link - 1];
    sleepers.push(sleeper);
    link = execution.words[sleeper.location + STRAND_NEXT];
  }
  return sleepers;
}

function leaveQueue(execution: Execution, cond: number, strand: Strand): void {
  const others = queue(execution, cond).filter((sleeper) => sleeper !== strand);
  execution.words[cond + HEAD] = 0;
  execution.words[cond + TAIL] = 0;
  for (const other of others) enqueue(execution, cond, other);
}

/** The sleeper leaves the queue; from now on it waits for its mutex only. */
function rouse(execution: Execution, cond: number, sleeper: Strand): void {
  leaveQueue(execution, cond, sleeper);
  execution.words[sleeper.location + STRAND_WAKEUP] = 1;
  const pending = sleeper.pending as Operation;
  pending.waitFor(pending.location, EQUAL, 0);
  execution.othersWait = true;
}

/** A condition variable; every wait names the mutex it gives up meanwhile. */
export class Cond extends SharedObject {
  constructor(
    execution: Execution,
    name: string,
    readonly options: CondOptions,
  ) {
    super(execution, name, WORDS);
  }

  override get noun(): string {
    return 'cond';
  }

  wait(mutex: Mutex): Step<void> {
    return this.#sleep<undefined>(WAIT, mutex);
  }

  /** As `wait`, but may give up: true if signalled, false if timed out. Both are explored. */
  waitTimeout(mutex: Mutex): Step<boolean> {
    return this.#sleep<boolean>(WAIT_TIMEOUT, mutex);
  }

  signal(): Step<void> {
    return this.operation<undefined>(SIGNAL, this.location, 0, 0);
  }

  broadcast(): Step<void> {
    return this.operation<undefined>(BROADCAST, this.location, 0, 0);
  }

  #sleep<T>(kind: typeof WAIT, mutex: Mutex): Step<T> {
    if (!(mutex instanceof Mutex))
      this.execution.misuse(`${this.name}.${kind.label}() needs the mutex to give up`);
    if (mutex.run !== this.run || mutex.execution !== this.execution) mutex.refuse('lock');
    const operation = this.operation<T>(kind, this.location, 0, 0);
    operation.second = mutex.location;
    operation.secondAccess = access;
    operation.output = mutex;
    return operation;
  }
}
