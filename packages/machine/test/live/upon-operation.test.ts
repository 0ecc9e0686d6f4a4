import assert from 'node:assert/strict';
import { UponOperation } from '../../src/live/upon-operation.ts';

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
    const operation = new UponOperation('the context' as never);
    const heard: unknown[] = [];
    for (const interrupted of [0, 2]) {
      operation.step = step(interrupted, 40 + interrupted);
      operation.arg = 7;
      operation.then = (k, result, arg) => {
        heard.push([k, result, arg, operation.isBusy]);
        return null;
      };
      const seen = driven(operation);
      assert.deepEqual(seen, interrupted === 0 ? [] : ['interrupted 0', 'interrupted 1']);
      assert.equal(operation.isBusy, false);
    }
    assert.deepEqual(heard, [
      ['the context', 40, 7, true],
      ['the context', 42, 7, true],
    ]);
  });

  it('goes on with the steps that follow, which get what they are resumed with, busy meanwhile', () => {
    const operation = new UponOperation('the context' as never);
    const resumed: unknown[] = [];
    operation.step = step(1, 5);
    operation.then = function* (_k, result) {
      resumed.push(yield `first of ${String(result)}`);
      assert.equal(operation.isBusy, true);
      resumed.push(yield 'second');
    };
    assert.deepEqual(driven(operation), ['interrupted 0', 'first of 5', 'second']);
    assert.deepEqual(resumed, ['resumed after first of 5', 'resumed after second']);
    assert.equal(operation.isBusy, false);
  });

  it('can be used again after it was dropped in the middle', () => {
    const operation = new UponOperation('the context' as never);
    operation.step = step(0, 1);
    operation.then = function* () {
      yield 'dropped';
    };
    assert.equal(operation.next().value, 'dropped');
    operation.reset();
    assert.equal(operation.isBusy, false);
    operation.step = step(0, 2);
    operation.then = () => null;
    assert.deepEqual(driven(operation), []);
  });
});
