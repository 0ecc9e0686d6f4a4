import assert from 'node:assert/strict';
import { ALWAYS, EQUAL, GREATER_OR_EQUAL, holds, LESS, NOT_EQUAL } from '../../src/engine/condition.ts';

describe('a condition', () => {
  it('compares the masked word', () => {
    assert.equal(holds(0b1010, 0b0110, EQUAL, 0b0010), true);
    assert.equal(holds(0b1010, 0b0110, EQUAL, 0b1010), false);
    assert.equal(holds(0b1010, 0b1000, NOT_EQUAL, 0), true);
    assert.equal(holds(0b0010, 0b1000, NOT_EQUAL, 0), false);
  });

  it('compares signed values', () => {
    assert.equal(holds(-1, -1, LESS, 0), true);
    assert.equal(holds(0, -1, LESS, 0), false);
    assert.equal(holds(0, -1, GREATER_OR_EQUAL, 0), true);
    assert.equal(holds(-1, -1, GREATER_OR_EQUAL, 0), false);
  });

  it('always holds when it waits for nothing', () => {
    assert.equal(holds(0, 0, ALWAYS, 1), true);
  });

  it('does not hold for what is not a comparison of words', () => {
    assert.equal(holds(0, -1, 99, 0), false);
  });
});
