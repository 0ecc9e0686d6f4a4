/**
 * Owns the operations that are about the scheduler rather than about an object: `yield` (let another thread
 * step first), `fence`, and `waitUntil` (block until a predicate over peeked values holds).
 */
import { OTHER_STEPPED, PREDICATE } from '../engine/condition.ts';
import type { Execution } from '../engine/execution.ts';
import { forgotten } from '../engine/operation.ts';
import { ATOMIC, READ } from '../engine/footprint.ts';
import { defineKind, RETURNS_NOTHING, type Step } from '../engine/operation.ts';
import { arm } from '../engine/thread.ts';

/** Exported for strategies, which treat a yielding strand as one that wants to be last. */
export const YIELD = defineKind({
  name: 'yield',
  access: 0,
  returns: RETURNS_NOTHING,
  announced(execution, operation) {
    operation.a = execution.steps;
  },
  perform: () => 0,
});

const FENCE = defineKind({ name: 'fence', access: 0, returns: RETURNS_NOTHING, perform: () => 0 });

const WAIT_UNTIL = defineKind({
  name: 'waitUntil',
  access: READ | ATOMIC,
  returns: RETURNS_NOTHING,
  perform(execution, operation) {
    const held = (operation.predicate as () => boolean)();
    const strand = operation.strand;
    if (strand.armed !== null) {
      execution.misuse(`the predicate of waitUntil must call no operation. ${forgotten(strand.armed)}`);
    }
    if (!held) {
      execution.misuse(
        'the predicate of waitUntil gave two answers for the same values: it must depend on peek() alone',
      );
    }
    return 0;
  },
});

/** A hint that the thread can do nothing useful until another has stepped. */
export function yieldHint(execution: Execution): Step<void> {
  const operation = arm<undefined>(execution, YIELD, null, 0, 0, 0, 'yield');
  operation.comparison = OTHER_STEPPED;
  return operation;
}

/** A full memory fence. */
export function fence(execution: Execution): Step<void> {
  return arm<undefined>(execution, FENCE, null, 0, 0, 0, 'fence');
}

/** Blocks until the predicate holds; the predicate reads by `peek` only. */
export function waitUntil(execution: Execution, predicate: () => boolean): Step<void> {
  if (typeof predicate !== 'function')
    execution.misuse('waitUntil needs a function: waitUntil(() => x.peek() === 1)');
  const operation = arm<undefined>(execution, WAIT_UNTIL, null, 0, 0, 0, 'waitUntil');
  operation.comparison = PREDICATE;
  operation.predicate = predicate;
  return operation;
}
