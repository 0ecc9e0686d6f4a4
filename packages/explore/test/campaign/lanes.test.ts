import assert from 'node:assert/strict';
import { LaneStrategies, lanesOf, PORTFOLIO } from '../../src/campaign/lanes.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import type { StrategyOptions } from '../../src/strategies/catalogue.ts';

const profile = { steps: 1, decisions: 1, strandSteps: new Map(), accesses: new Map() };

describe('the lanes of a strategy', () => {
  it('are one per strategy of the portfolio, dfs among them in order on one thread', () => {
    assert.deepEqual(
      lanesOf('portfolio').map(({ name }) => name),
      [...PORTFOLIO],
    );
    const sequential = lanesOf('portfolio').filter(({ isSequential }) => isSequential);
    assert.deepEqual(
      sequential.map(({ name }) => name),
      ['dfs'],
    );
  });

  it('are one for a single strategy', () => {
    assert.deepEqual(lanesOf('pct'), [{ name: 'pct', isSequential: false }]);
    assert.deepEqual(lanesOf('dfs'), [{ name: 'dfs', isSequential: true }]);
    assert.deepEqual(
      lanesOf(() => new RandomWalk(1)),
      [{ name: 'custom', isSequential: true }],
    );
  });

  it('refuse an unknown name', () => {
    for (const name of ['', 'Random', 'dpor ', 'toString', 'custom']) {
      assert.throws(() => lanesOf(name), { name: 'InputError', message: /unknown strategy .* it is one of/ });
    }
  });

  it('deal the schedules out in turn', () => {
    const strategies = new LaneStrategies('portfolio', { seed: 1 }, profile);
    const dealt = Array.from({ length: 11 }, (_, i) => `${strategies.at(i).name} ${strategies.own(i)}`);
    const round = (own: number): string[] => PORTFOLIO.map((name) => `${name} ${own}`);
    assert.deepEqual(dealt, [...round(0), ...round(1), `${PORTFOLIO[0]} 2`]);
  });

  it('make a strategy of the caller once, with all it may want to know', () => {
    const made: StrategyOptions[] = [];
    const factory = (options: StrategyOptions): RandomWalk => {
      made.push(options);
      return new RandomWalk(options.seed);
    };
    const strategies = new LaneStrategies(factory, { seed: 7, depth: 2, preemptions: 3 }, profile);
    assert.equal(strategies.at(0), strategies.at(5));
    assert.equal(strategies.own(5), 5);
    assert.deepEqual(made, [{ seed: 7, depth: 2, preemptions: 3, profile }]);
  });
});
