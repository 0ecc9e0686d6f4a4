import assert from 'node:assert/strict';
import { createStrategy, STRATEGY_NAMES } from '../../src/strategies/catalogue.ts';
import { abba, adders, lostUpdate } from '../campaign/programs.ts';
import { strategyFor, upTo, walk } from './walk.ts';

describe('the catalogue of strategies', () => {
  for (const name of STRATEGY_NAMES) {
    it(`makes ${name} under its name`, () => {
      assert.equal(strategyFor(adders(1, 1), name).name, name);
    });

    it(`makes a ${name} that finds a lost update and a deadlock`, () => {
      for (const program of [lostUpdate, abba]) {
        const found = walk(program, strategyFor(program, name), upTo(300));
        assert.ok(
          found.some(({ verdict }) => verdict !== 'none'),
          program.name,
        );
      }
    });
  }

  for (const name of STRATEGY_NAMES.filter((known) => known !== 'dfs')) {
    it(`makes a ${name} whose schedule number i depends on the seed and i alone`, () => {
      const program = adders(3, 3, 2);
      const numbers = upTo(40);
      const hashes = (seed: number, order: readonly number[]): Map<number, string> => {
        const walked = walk(program, strategyFor(program, name, seed), order);
        return new Map(order.map((number, at) => [number, walked[at].hash]));
      };
      const forwards = hashes(1, numbers);
      const backwards = hashes(1, numbers.toReversed());
      const alone = hashes(1, [17]);
      for (const number of numbers) assert.equal(backwards.get(number), forwards.get(number));
      assert.equal(alone.get(17), forwards.get(17));
      assert.notDeepEqual([...hashes(2, numbers).values()], [...forwards.values()]);
    });
  }

  it('hands each strategy its options', () => {
    const profile = { steps: 4, decisions: 4, strandSteps: new Map(), accesses: new Map() };
    const bounded = createStrategy('dfs', { seed: 1, preemptions: 0, profile });
    assert.equal(walk(adders(2, 2), bounded, upTo(10)).length, 2);
    const shallow = createStrategy('pct', { seed: 1, depth: 1, profile });
    const orders = new Set(walk(adders(2, 2), shallow, upTo(50)).map(({ order }) => order));
    assert.deepEqual([...orders].sort(), ['t1 t1 t2 t2', 't2 t2 t1 t1']);
  });
});
