import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { catalogue } from '@smplab/scenarios';

/** `npm run campaign:history` has twenty. */
const SEEDS = 6;
/** Of programs of processes, whose schedules are long. */
const SEEDS_OF_PROCESSES = 1;
const SCHEDULES = 10_000;

describe('the portfolio, on every seed', () => {
  for (const { name, group, variant, expected, scenario } of catalogue) {
    if (variant !== 'buggy') continue;
    const seeds = group === 'proc' || group === 'procfs' ? SEEDS_OF_PROCESSES : SEEDS;
    it(`finds ${expected} in ${name}`, () => {
      for (let seed = 1; seed <= seeds; seed++) {
        const { verdict, message } = explore(scenario, { seed, schedules: SCHEDULES, shrink: false });
        assert.equal(verdict, expected, `seed ${seed}: ${message}`);
      }
    });
  }
});

describe('a data race of a published program', () => {
  it('is reported next to the finding and does not replace it', () => {
    const reorder = catalogue.find(({ name }) => name === 'reorder_3');
    assert.ok(reorder !== undefined);
    const { verdict, races } = explore(reorder.scenario);
    assert.equal(verdict, 'assertion');
    assert.ok(races.length > 0);
  });
});
