import assert from 'node:assert/strict';
import { EQUAL, GREATER_OR_EQUAL, LESS, NOT_EQUAL, PREDICATE } from '@smplab/explore';
import { holds } from '../../src/live/condition.ts';

describe('a condition on a word', () => {
  it('compares what the mask leaves', () => {
    assert.ok(holds(0x15, 0xf, EQUAL, 5) && !holds(0x15, -1, EQUAL, 5));
    assert.ok(holds(4, -1, NOT_EQUAL, 5) && !holds(5, -1, NOT_EQUAL, 5));
    assert.ok(holds(-1, -1, LESS, 0) && !holds(0, -1, LESS, 0));
    assert.ok(holds(0, -1, GREATER_OR_EQUAL, 0) && !holds(-1, -1, GREATER_OR_EQUAL, 0));
  });

  it('refuses what only an explorer can evaluate', () => {
    assert.throws(() => holds(0, -1, PREDICATE, 0), /a live CPU cannot wait for comparison/);
  });
});
