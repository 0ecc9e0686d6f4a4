import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Axis, linearAxis, timeAxis } from '../../../src/experiment/report/axis.ts';

const labels = ({ ticks }: Axis): string => ticks.map(({ label }) => label).join(' ');

describe('an axis', () => {
  it('has round marks from 0 on, in the unit that fits', () => {
    assert.equal(labels(linearAxis([0, 100], '%')), '0 20 40 60 80 100');
    const times = linearAxis([1.4e6, 3.1e6], 'ns');
    assert.deepEqual([labels(times), times.unit], ['0 1 2 3 4', 'ms']);
    assert.equal(labels(linearAxis([-30, 12], '1')), '-30 -20 -10 0 10 20');
    assert.equal(labels(linearAxis([0.031], '1')), '0 0.01 0.02 0.03 0.04');
    assert.equal(labels(linearAxis([12_000], '1')), '0 5,000 10,000 15,000');
  });

  it('has powers of ten for times, and what is less at its end', () => {
    const axis = timeAxis([0, 2e7]);
    assert.equal(labels(axis), '100 ns 1 us 10 us 100 us 1 ms 10 ms 100 ms');
    assert.deepEqual([axis.at(0), axis.at(1e8)], [0, 1]);
  });

  it('has every value within it, and few marks, whatever the values are', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: -1e12, max: 1e12, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('ns', '1', '%'),
        (values, unit) => {
          const axis = linearAxis(values, unit);
          for (const each of values) {
            const at = axis.at(each);
            assert.ok(at >= -1e-6 && at <= 1 + 1e-6, `${each} is at ${at}: ${labels(axis)}`);
          }
          assert.ok(axis.ticks.length >= 2 && axis.ticks.length <= 9, labels(axis));
        },
      ),
      { numRuns: 300 },
    );
  });
});
