import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { differenceOf, holm, summaryOf } from '../../src/experiment/statistics.ts';

const near = (value: number | null, wanted: number): void => {
  assert.ok(value !== null && Math.abs(value - wanted) < 1e-3, `${value}, not ${wanted}`);
};

describe('statistics', () => {
  it('give the mean with its confidence interval', () => {
    // By hand: squares 4 + 1 + 0 + 1 + 4 = 10, deviation sqrt(10 / 4), half 2.776 * 1.5811 / sqrt(5).
    const { count, mean, deviation, half, min, max } = summaryOf([1, 2, 3, 4, 5], 0.95);
    assert.deepEqual([count, mean, min, max], [5, 3, 1, 5]);
    near(deviation, 1.5811);
    near(half, 1.9632);
    near(summaryOf([1, 2, 3, 4, 5], 0.99).half, 3.2556);
  });

  it('say nothing of the spread of one value, and none of equal ones', () => {
    assert.deepEqual(summaryOf([7], 0.95), {
      count: 1,
      mean: 7,
      deviation: null,
      half: null,
      min: 7,
      max: 7,
    });
    assert.equal(summaryOf([0.1, 0.1, 0.1], 0.95).half, 0);
  });

  it('compare pair by pair, so that what both have in common does not count', () => {
    const base = [100, 200, 300, 400];
    const { mean, less, more, p } = differenceOf([99, 198, 299, 398], base, 0.95);
    assert.deepEqual([mean, less, more], [-1.5, 4, 0]);
    // t = -1.5 / (0.57735 / 2) = -5.19615 with 3 degrees of freedom.
    near(p, 0.01385);
  });

  it('know a difference that is always the same, and none at all', () => {
    assert.equal(differenceOf([2, 3, 4], [1, 2, 3], 0.95).p, 0);
    assert.equal(differenceOf([1, 2, 3], [1, 2, 3], 0.95).p, 1);
    assert.equal(differenceOf([2], [1], 0.95).p, null);
  });

  it("have Holm's correction: times the number of those left, and never less than one before", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((wanted, at) => near(adjusted[at], wanted));
    assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
    assert.deepEqual(holm([]), []);
  });
});
