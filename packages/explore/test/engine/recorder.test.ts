import assert from 'node:assert/strict';
import { Recorder, TRACE_WORDS } from '../../src/engine/recorder.ts';

describe('the recorder', () => {
  it('keeps decisions and steps in order, however many there are', () => {
    const recorder = new Recorder();
    for (let i = 0; i < 5000; i++) {
      recorder.decide(i);
      recorder.step(i, -i, i + 1, i + 2);
    }
    assert.equal(recorder.decisionCount, 5000);
    assert.equal(recorder.traceLength, 5000 * TRACE_WORDS);
    assert.equal(recorder.decisions[4999], 4999);
    assert.deepEqual(
      [...recorder.trace.slice(4000 * TRACE_WORDS, 4001 * TRACE_WORDS)],
      [4000, -4000, 4001, 4002],
    );
  });

  it('forgets all at a reset, and gives copies that last', () => {
    const recorder = new Recorder();
    recorder.decide(7);
    const taken = recorder.takeDecisions();
    recorder.reset();
    recorder.decide(8);
    assert.deepEqual([...taken], [7]);
    assert.deepEqual([...recorder.takeDecisions()], [8]);
    assert.equal(recorder.traceLength, 0);
  });

  it('keeps a hash in place of a trace where it is told to, which tells steps and their order apart', () => {
    const hashOf = (...steps: readonly (readonly [number, number, number, number])[]): number => {
      const recorder = new Recorder();
      recorder.keepsTrace = false;
      recorder.reset();
      for (const step of steps) recorder.step(...step);
      assert.equal(recorder.traceLength, 0);
      return recorder.rolling;
    };
    assert.equal(hashOf([1, 2, 3, 4], [5, 6, 7, 8]), hashOf([1, 2, 3, 4], [5, 6, 7, 8]));
    assert.notEqual(hashOf([1, 2, 3, 4], [5, 6, 7, 8]), hashOf([5, 6, 7, 8], [1, 2, 3, 4]));
    assert.notEqual(hashOf([1, 2, 3, 4]), hashOf([1, 2, 3, 5]));
  });
});
