import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Distribution } from '../../src/metrics/distribution.ts';

function of(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

describe('a distribution', () => {
  it('has mean, variance, least and most of its values', () => {
    const { count, mean, variance, min, max } = of([2, 4, 4, 4, 5, 5, 7, 9]);
    assert.deepEqual([count, mean, min, max], [8, 5, 2, 9]);
    assert.ok(Math.abs(variance - 32 / 7) < 1e-12);
  });

  it('is all zeros without values', () => {
    const { count, mean, variance, min, max } = of([]);
    assert.deepEqual([count, mean, variance, min, max, of([]).quantile(0.5)], [0, 0, 0, 0, 0, 0]);
  });

  it('has quantiles within 1/64 of those of the sorted values', () => {
    const value = fc.oneof(fc.nat(100), fc.nat(1_000_000), fc.double({ min: 0, max: 2 ** 52, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, part) => {
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(part * values.length)) - 1];
          const found = of(values).quantile(part);
          assert.ok(Math.abs(found - exact) <= exact / 64 + 1, `${found}, not ${exact}`);
        },
      ),
    );
  });
});
