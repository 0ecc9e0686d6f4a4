import assert from 'node:assert/strict';
import { scenario } from '@smplab/explore';
import {
  measureExhaustive,
  measureFirstFailure,
  measureRates,
  median,
} from '../../src/bench/explore-measure.ts';

const two = scenario('two', function* (s) {
  const x = s.atomic('x', 0);
  const t = yield* s.spawn('t', function* () {
    yield* x.store(1);
  });
  const seen = yield* x.load();
  yield* t.join();
  s.assert(seen === 0, 'x must be 0');
});

describe('measuring the explorer', () => {
  it('counts schedules and steps in CPU time', () => {
    const rates = measureRates('random', two, 0, 0.01);
    assert.ok(rates.schedules >= 16);
    assert.ok(rates.schedulesPerSecond > 0 && rates.stepsPerSecond > rates.schedulesPerSecond);
  });

  it('ends when the space is covered', () => {
    assert.equal(measureExhaustive(two, 0).schedules, measureRates('dfs', two, 0, Infinity).schedules);
  });

  it('finds how many schedules it takes to the first failure', () => {
    const first = measureFirstFailure('random', two, 21);
    assert.ok(first.schedules >= 1 && first.schedules <= 4);
    assert.ok(first.cpuSeconds > 0);
  });

  it('takes medians', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });
});
