/** Where a run stands: the first failure counts, and nothing a scenario catches hides it. */
import assert from 'node:assert/strict';
import { Execution } from '../../src/engine/execution.ts';
import { RunStopped } from '../../src/engine/verdict.ts';

describe('the state of a run', () => {
  it('keeps the first failure', () => {
    const execution = new Execution();
    execution.fail('assertion', 'first');
    execution.fail('panic', 'second');
    assert.equal(execution.failure?.message, 'first');
  });

  it('records a failure before it leaves the code', () => {
    const execution = new Execution();
    assert.throws(() => execution.stop('deadlock', 'stuck'), RunStopped);
    assert.equal(execution.failure?.verdict, 'deadlock');
  });

  it('names the place of a failure without the numbers in its message', () => {
    const places = [3, 14].map((value) => {
      const execution = new Execution();
      execution.fail('assertion', `x is ${value}`);
      return execution.failure?.place;
    });
    assert.equal(places[0], places[1]);
  });

  it('makes a panic of an exception and an assertion of a failed node:assert', () => {
    const panicking = new Execution();
    panicking.caught(new TypeError('no such thing'));
    assert.equal(panicking.failure?.verdict, 'panic');
    assert.equal(panicking.failure.message, 'uncaught TypeError: no such thing');

    const asserting = new Execution();
    asserting.caught(new assert.AssertionError({ message: 'must be 2' }));
    assert.equal(asserting.failure?.verdict, 'assertion');
    assert.equal(asserting.failure.message, 'must be 2');
  });

  it('takes what is thrown but is no error by its text', () => {
    const execution = new Execution();
    execution.caught('just a text');
    assert.match(execution.failure?.message ?? '', /just a text/);
  });

  it('takes no stacks unless somebody watches', () => {
    const execution = new Execution();
    execution.fail('assertion', 'unwatched');
    assert.equal(execution.failure?.stack, null);
  });
});
