import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RandomStream } from '../../src/random-stream.ts';
import { scaled, variate, variateOf } from '../../src/workload/variate.ts';

/** Mean, variance and least of many draws. */
function drawn(spec: unknown, count = 40_000): { mean: number; deviation: number; least: number } {
  const random = new RandomStream(7, 'draws');
  const law = variateOf(spec);
  const values = Array.from({ length: count }, () => law.draw(random));
  const mean = values.reduce((a, b) => a + b) / count;
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  return { mean, deviation: Math.sqrt(variance), least: values.reduce((a, b) => Math.min(a, b)) };
}

function near(value: number, expected: number, part: number): void {
  assert.ok(Math.abs(value - expected) <= part * expected, `${value} instead of ${expected}`);
}

describe('a law of random values', () => {
  it('has the mean that it says, and the deviation that it has in books', () => {
    const cases: [unknown, number, number][] = [
      [1000, 1000, 0],
      [{ constant: 1000 }, 1000, 0],
      [{ uniform: [500, 1500] }, 1000, 1000 / Math.sqrt(12)],
      [{ exponential: 1000 }, 1000, 1000],
      [{ pareto: { mean: 1000, shape: 4 } }, 1000, 1000 / Math.sqrt(8)],
      [{ bimodal: { short: 100, long: 1100, part: 0.9 } }, 200, 300],
      [{ lognormal: { mean: 1000, sigma: 0.5 } }, 1000, 1000 * Math.sqrt(Math.exp(0.25) - 1)],
    ];
    for (const [spec, mean, deviation] of cases) {
      const found = drawn(spec);
      near(found.mean, mean, 0.03);
      near(found.deviation, deviation, 0.12);
      assert.ok(Math.abs(variateOf(spec).mean - mean) < 1e-9);
    }
  });

  it('of Pareto never falls below its least value, mean * (shape - 1) / shape', () => {
    assert.ok(drawn({ pareto: { mean: 300, shape: 1.5 } }).least >= 100);
  });

  it('may be drawn in other units', () => {
    const law = scaled(variate.uniform(1, 3), 1000);
    assert.equal(law.mean, 2000);
    assert.ok(law.draw(new RandomStream(1)) >= 1000);
  });

  it('is refused with what was given and what is known', () => {
    const cases: [unknown, RegExp][] = [
      ['fast', /"fast" is neither a number nor a distribution: known are constant \(value\), uniform/],
      [{ gauss: 3 }, /\{"gauss":3\} is no distribution: known are constant/],
      [{ constant: 1, uniform: [1, 2] }, /is no distribution/],
      [{ uniform: [1] }, /"uniform" wants from, to as numbers/],
      [{ pareto: { mean: 1, shp: 2 } }, /"pareto" wants mean, shape as numbers/],
      [-1, /constant of -1: a number from 0/],
      [{ uniform: [3, 2] }, /uniform from 3 to 2/],
      [{ exponential: -5 }, /exponential of mean -5/],
      [{ pareto: [1, 1] }, /the shape has to be above 1/],
      [{ bimodal: [1, 2, 1.5] }, /a part from 0 to 1/],
      [{ lognormal: [0, 1] }, /lognormal of mean 0/],
    ];
    for (const [spec, message] of cases)
      assert.throws(() => variateOf(spec), { name: 'WorkloadError', message });
  });
});
