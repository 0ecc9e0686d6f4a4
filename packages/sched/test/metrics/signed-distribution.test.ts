import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SignedDistribution } from '../../src/metrics/signed-distribution.ts';

describe('a distribution of either sign', () => {
  it('has the quantiles of the sorted values', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 31 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.001, 0.01, 0.1, 0.5, 0.9, 1), (given, part) => {
        const distribution = new SignedDistribution();
        for (const value of given) distribution.add(value);
        const sorted = given.toSorted((a, b) => a - b);
        const wanted = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1];
        assert.equal(distribution.quantile(part) + 0, wanted);
        assert.equal(distribution.min + 0, sorted[0]);
        assert.equal(distribution.count, given.length);
        const mean = given.reduce((sum, value) => sum + value, 0) / given.length;
        assert.ok(Math.abs(distribution.mean - mean) < 1e-9 * 1000);
      }),
      { numRuns: 200 },
    );
  });

  it('is 0 without values', () => {
    const empty = new SignedDistribution();
    assert.deepEqual([empty.count, empty.mean, empty.quantile(0.5)], [0, 0, 0]);
  });
});
