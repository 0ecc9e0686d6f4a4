import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Distribution } from '../../src/metrics/distribution.ts';
import { latencyFigures } from '../../src/workload/latencies.ts';

describe('figures of times', () => {
  it('are mean, percentiles and most', () => {
    const times = new Distribution();
    for (let value = 1; value <= 20; value++) times.add(value);
    assert.deepEqual(
      latencyFigures('x', times).map(({ name, value, unit }) => `${name} ${value} ${unit}`),
      ['x mean 10.5 ns', 'x p50 10 ns', 'x p90 18 ns', 'x p99 20 ns', 'x p99.9 20 ns', 'x max 20 ns'],
    );
  });
});
