import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random } from '../../src/engine/random.ts';

const draws = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('the random numbers of a strategy', () => {
  it('depend on seed and stream alone', () => {
    const property = fc.property(fc.integer(), fc.nat(), (seed, stream) => {
      const reused = new Random(99, 99);
      draws(reused, 7);
      reused.reseed(seed, stream);
      assert.deepEqual(draws(reused, 5), draws(new Random(seed, stream), 5));
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });

  it('differ between seeds, between streams, and when the two are exchanged', () => {
    const firsts = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      for (let stream = 0; stream < 40; stream++) firsts.add(draws(new Random(seed, stream), 2).join());
    }
    assert.equal(firsts.size, 1600);
  });

  it('use the high part of large seeds', () => {
    assert.notDeepEqual(draws(new Random(1), 3), draws(new Random(1 + 2 ** 32), 3));
  });

  it('stay below the bound, reach every value and none much more often', () => {
    const random = new Random(5);
    const counts = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]++;
    for (const count of counts) assert.ok(count > 9_500 && count < 10_500, counts.join());
    for (let i = 0; i < 1000; i++) assert.equal(random.below(1), 0);
  });

  it('have a unit form in [0, 1) with the right mean', () => {
    const random = new Random(6);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) {
      const value = random.unit();
      assert.ok(value >= 0 && value < 1);
      sum += value;
    }
    assert.ok(Math.abs(sum / 10_000 - 0.5) < 0.02);
  });

  it('stay below the bound also for the largest draw', () => {
    const random = new Random(1);
    random.next = () => -1;
    for (const bound of [1, 2, 3, 1000, 2 ** 31 - 1]) assert.equal(random.below(bound), bound - 1);
    assert.ok(random.unit() < 1);
  });
});
