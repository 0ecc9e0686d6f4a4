import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RandomStream } from '../../src/random-stream.ts';
import { randFixedSum, uunifastDiscard } from '../../src/workload/utilizations.ts';

/** Largest distance between two distributions given by samples (Kolmogorov, Smirnov). */
function distance(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a.toSorted((p, q) => p - q), b.toSorted((p, q) => p - q)];
  let [i, j, most] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    if (x[i] <= y[j]) i++;
    else j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}

const COUNT = 4000;
/** Samples of one distribution are farther apart in one of a thousand cases only. */
const FAR = 1.95 * Math.sqrt(2 / COUNT);

describe('random utilizations', () => {
  it('have the sum and the bounds that were asked for', () => {
    const sets = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      part: fc.double({ min: 0.001, max: 1, noNaN: true }),
      least: fc.double({ min: 0, max: 0.5, noNaN: true }),
      width: fc.double({ min: 0, max: 2, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(sets, ({ count, part, least, width, seed }) => {
        const random = new RandomStream(seed);
        const [low, high] = [count * least, count * (least + width)];
        const sum = low + part * (high - low);
        fc.pre(sum > 0 && sum <= high && sum >= low);
        const found = randFixedSum(count, sum, random, { least, most: least + width });
        assert.equal(found.length, count);
        const total = found.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(total - sum) < 1e-9 * Math.max(1, sum), `${total} instead of ${sum}`);
        assert.ok(
          found.every((each) => each >= least - 1e-9 && each <= least + width + 1e-9),
          found.join(),
        );
        const half = uunifastDiscard(count, (part * count) / 3, random);
        assert.ok(Math.abs(half.reduce((a, b) => a + b, 0) - (part * count) / 3) < 1e-9);
        assert.ok(half.every((each) => each >= 0 && each <= 1));
      }),
      { numRuns: 300 },
    );
  });

  it('are uniform: of two tasks each is, and of four both methods agree for all and for the largest', () => {
    const random = new RandomStream(5);
    const draw = (make: () => readonly number[]): number[][] =>
      Array.from({ length: COUNT }, () => [...make()]);
    const even = Array.from({ length: COUNT }, (_, at) => (at + 0.5) / COUNT);
    const two = draw(() => randFixedSum(2, 1, random));
    assert.ok(
      distance(
        two.map(([first]) => first),
        even,
      ) < FAR,
    );
    const fixed = draw(() => randFixedSum(4, 2, random));
    const unifast = draw(() => uunifastDiscard(4, 2, random));
    for (let at = 0; at < 4; at++)
      assert.ok(
        distance(
          fixed.map((set) => set[at]),
          unifast.map((set) => set[at]),
        ) < FAR,
        `task ${at}`,
      );
    const largest = (sets: readonly number[][]): number[] => sets.map((set) => Math.max(...set));
    assert.ok(distance(largest(fixed), largest(unifast)) < FAR);
    // And it would be noticed if they were not: dividing by the sum favours the middle.
    const divided = draw(() => {
      const parts = Array.from({ length: 4 }, () => random.uniform());
      const total = parts.reduce((a, b) => a + b);
      return parts.map((part) => (2 * part) / total);
    });
    assert.ok(distance(largest(divided), largest(unifast)) > 2 * FAR);
  });

  it('of what UUniFast hardly ever finds are found by RandFixedSum', () => {
    const random = new RandomStream(1);
    const found = randFixedSum(50, 49.9, random);
    assert.ok(Math.abs(found.reduce((a, b) => a + b) - 49.9) < 1e-9);
    assert.throws(() => uunifastDiscard(50, 49.9, random), /in 100000 tries: randFixedSum finds them/);
  });

  it('are refused where there can be none', () => {
    const random = new RandomStream(1);
    assert.throws(() => randFixedSum(0, 1, random), /a set of 0 tasks/);
    assert.throws(
      () => randFixedSum(2, 2.5, random),
      /2 tasks from 0 to 1 each cannot have a utilization of 2.5/,
    );
    assert.throws(() => randFixedSum(4, 0.3, random, { least: 0.1 }), /4 tasks from 0.1 to 1/);
    assert.throws(() => uunifastDiscard(2, 2.5, random), /2 tasks of at most 1 each/);
    assert.deepEqual(randFixedSum(3, 1.5, random, { least: 0.5, most: 0.5 }), [0.5, 0.5, 0.5]);
  });
});
