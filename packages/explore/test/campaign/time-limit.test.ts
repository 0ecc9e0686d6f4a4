import assert from 'node:assert/strict';
import { timeLimit } from '../../src/campaign/time-limit.ts';

describe('the time limit of a search', () => {
  it('is never reached when there is none', () => {
    assert.equal(timeLimit(null)(), false);
  });

  it('is not reached before its time', () => {
    assert.equal(timeLimit(1e9)(), false);
  });

  it('is reached after it, and stays so', () => {
    const isReached = timeLimit(0.001);
    while (!isReached());
    assert.equal(isReached(), true);
  });
});
