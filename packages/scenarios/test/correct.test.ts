import assert from 'node:assert/strict';
import { explore, STRATEGY_NAMES } from '@smplab/explore';
import { catalogue } from '@smplab/scenarios';

const SEEDS = 3;
const SCHEDULES = 400;
const EXHAUSTIVE_SCHEDULES = 2000;
/** Enough for every space that is said to be small. */
const WHOLE = 25_000;
const SMALL =
  `spin-lock dekker bounded-buffer ping-pong double-checked-init barrier-phases rwlock-cache hazard-pointer
  counted-snapshot chase-lev-deque`.split(/\s+/);

const correct = catalogue.filter(({ variant }) => variant === 'correct');
const sampling = ['portfolio', ...STRATEGY_NAMES.filter((name) => name !== 'dfs')];

describe('a correct program', () => {
  for (const { name, scenario } of correct) {
    it(`is never reported by a strategy that samples: ${name}`, () => {
      for (const strategy of sampling) {
        for (let seed = 1; seed <= SEEDS; seed++) {
          const { verdict, message, races } = explore(scenario, { strategy, seed, schedules: SCHEDULES });
          assert.ok(
            verdict === 'none' || verdict === 'proved',
            `${strategy}, seed ${seed}: ${verdict}: ${message}`,
          );
          assert.deepEqual(races, []);
        }
      }
    });
  }

  for (const { name, scenario } of correct) {
    const isSmall = SMALL.includes(name);
    it(`is ${isSmall ? 'proved' : 'not reported'} by running schedule after schedule: ${name}`, () => {
      const schedules = isSmall ? WHOLE : EXHAUSTIVE_SCHEDULES;
      const { verdict, message, races } = explore(scenario, { strategy: 'dfs', schedules });
      assert.equal(verdict, isSmall ? 'proved' : 'none', message);
      assert.deepEqual(races, []);
    });
  }
});
