import assert from 'node:assert/strict';
import { runBareThreads } from '../../src/bench/generator-floor.ts';

describe('the yardstick of the benchmark', () => {
  it('makes the steps of four threads of a thousand operations, whatever the order', () => {
    assert.deepEqual([1, 2, 3].map(runBareThreads), [4000, 4000, 4000]);
  });
});
