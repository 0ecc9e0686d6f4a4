/**
 * Owns the barrier for n threads. Reaching `wait` is the arrival (part of the step before); the n-th arrival
 * opens the barrier, and each thread's leaving is its own step.
 *
 *     +0 arrived     threads that stand at the barrier         +1 generation  how often it has opened
 *     +2, +3 clocks  what the arriving threads know, for even and odd generations (no values)
 */
import { NOT_EQUAL } from '../engine/condition.ts';
import type { Execution } from '../engine/execution.ts';
import { ATOMIC, READ, READ_WRITE } from '../engine/footprint.ts';
import { defineKind, RETURNS_NOTHING, type Step } from '../engine/operation.ts';
import { SharedObject } from './shared-object.ts';

const ARRIVED = 0;
const GENERATION = 1;
const CLOCKS = 2;
const WORDS = 4;

const PASS = defineKind({
  name: 'barrier.wait',
  access: READ | ATOMIC,
  returns: RETURNS_NOTHING,
  announced(execution, operation) {
    const barrier = operation.target as Barrier;
    const base = barrier.location;
    const words = execution.words;
    const generation = words[base + GENERATION];
    operation.b = base + CLOCKS + (generation & 1);
    operation.waitFor(base + GENERATION, NOT_EQUAL, generation);
    if (execution.racesOn) execution.clocks.releaseJoin(operation.strand, operation.b);
    execution.observer?.onAccess?.(operation.strand, base, READ_WRITE | ATOMIC, barrier);
    if (++words[base + ARRIVED] === barrier.size) {
      words[base + ARRIVED] = 0;
      words[base + GENERATION] = (generation + 1) | 0;
    }
  },
  perform(execution, operation) {
    if (execution.racesOn) execution.clocks.acquire(operation.strand, operation.b);
    return 0;
  },
});

/** A meeting point of `size` threads. */
export class Barrier extends SharedObject {
  constructor(
    execution: Execution,
    name: string,
    readonly size: number,
  ) {
    super(execution, name, WORDS);
    if ((size | 0) !== size || size < 1) {
      execution.misuse(`barrier ${name} was given the size ${String(size)}: a whole number from 1 is needed`);
    }
  }

  override get noun(): string {
    return 'barrier';
  }

  wait(): Step<void> {
    return this.operation<undefined>(PASS, this.location, 0, 0).waitFor(
      this.location + GENERATION,
      NOT_EQUAL,
      0,
    );
  }
}
