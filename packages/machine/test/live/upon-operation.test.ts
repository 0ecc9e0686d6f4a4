import assert from 'node:assert/strict';
import { Operations } from '../../src/live/operations.ts';
import type { UponOperation } from '../../src/live/upon-operation.ts';

/** An operation in its place, as the only one of its CPU. */
function placed(): { operation: UponOperation; operations: Operations } {
  const operations = new Operations({ tokens: {}, asSeed: {} } as never);
  operations.upon.k = 'the context' as never;
  return { operation: operations.upon, operations };
}

/** A step that is interrupted so many times before it is made. */
function* step(interrupted: number, result: number): Generator<unknown, number, unknown> {
  for (let time = 0; time < interrupted; time++) yield `interrupted ${time}`;
  return result;
}

/** All it yields, and the consequences it has had, in their order. */
function driven(operation: UponOperation): unknown[] {
  const seen: unknown[] = [];
  for (let value: unknown = 0; ;) {
    const result: IteratorResult<unknown, unknown> = operation.next(value);
    if (result.done === true) return seen;
    seen.push(result.value);
    value = `resumed after ${String(result.value)}`;
  }
}

describe('a step with a consequence', () => {
  it('hands on what the step gives, once it is made, and its argument', () => {
    const { operation, operations } = placed();
    const heard: unknown[] = [];
    for (const interrupted of [0, 2]) {
      operation.step = step(interrupted, 40 + interrupted);
      operation.arg = 7;
      operation.then = (k, result, arg) => {
        heard.push([k, result, arg]);
        return null;
      };
      const seen = driven(operation);
      assert.deepEqual(seen, interrupted === 0 ? [] : ['interrupted 0', 'interrupted 1']);
      assert.equal(operations.upon, operation);
    }
    assert.deepEqual(heard, [
      ['the context', 40, 7],
      ['the context', 42, 7],
    ]);
  });

  it('goes on with the steps that follow, which get what they are resumed with, and leaves its place', () => {
    const { operation, operations } = placed();
    const resumed: unknown[] = [];
    operation.step = step(1, 5);
    operation.then = function* (_k, result) {
      resumed.push(yield `first of ${String(result)}`);
      assert.notEqual(operations.upon, operation);
      resumed.push(yield 'second');
    };
    assert.deepEqual(driven(operation), ['interrupted 0', 'first of 5', 'second']);
    assert.deepEqual(resumed, ['resumed after first of 5', 'resumed after second']);
    assert.equal(operations.upon, operation);
  });

  it('may have itself, prepared again, as the consequence', () => {
    const { operation } = placed();
    const heard: unknown[] = [];
    operation.step = step(0, 3);
    operation.then = (_k, result) => {
      heard.push(result);
      if (result === 0) return null;
      operation.step = step(0, (result as number) - 1);
      return operation as never;
    };
    assert.deepEqual(driven(operation), []);
    assert.deepEqual(heard, [3, 2, 1, 0]);
  });

  it('leaves another one in its place when it is dropped in the middle', () => {
    const { operation, operations } = placed();
    operation.step = step(0, 1);
    operation.then = function* () {
      yield 'dropped';
    };
    assert.equal(operation.next().value, 'dropped');
    const next = operations.upon;
    assert.notEqual(next, operation);
    next.step = step(0, 2);
    next.then = () => null;
    assert.deepEqual(driven(next), []);
  });
});
