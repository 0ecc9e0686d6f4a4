import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RandomStream } from '../src/random-stream.ts';

describe('a stream of random numbers', () => {
  it('is the same for a seed and a name, and another one for others', () => {
    const take = (seed: number, name: string): number[] => {
      const stream = new RandomStream(seed, name);
      return Array.from({ length: 5 }, () => stream.next());
    };
    assert.deepEqual(take(1, 'a'), take(1, 'a'));
    assert.notDeepEqual(take(1, 'a'), take(1, 'b'));
    assert.notDeepEqual(take(1, 'a'), take(2, 'a'));
  });

  it('is uniform: every tenth as often as the others', () => {
    const stream = new RandomStream(3);
    const tenths = new Array<number>(10).fill(0);
    const draws = 100_000;
    for (let left = draws; left > 0; left--) tenths[Math.floor(10 * stream.uniform())]++;
    const chiSquare = tenths.reduce((sum, count) => sum + (count - draws / 10) ** 2 / (draws / 10), 0);
    // 9 degrees of freedom: above 33.7 one time in ten thousand.
    assert.ok(chiSquare < 33.7, `${chiSquare}`);
  });

  it('draws whole numbers below a limit, all of them', () => {
    const stream = new RandomStream(4);
    const found = new Set(Array.from({ length: 200 }, () => stream.below(6)));
    assert.deepEqual([...found].sort(), [0, 1, 2, 3, 4, 5]);
  });

  it('draws exponential numbers with the mean asked for, and as much deviation', () => {
    const stream = new RandomStream(5);
    const values = Array.from({ length: 50_000 }, () => stream.exponential(40));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean - 40) < 1, `${mean}`);
    assert.ok(Math.abs(Math.sqrt(variance) - 40) < 1.5, `${variance}`);
  });
});
