import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { catalogue } from '@smplab/scenarios';

const SCHEDULES = 2000;
/** Of programs of processes, which are long; `npm run campaign:history` runs more. */
const SCHEDULES_OF_PROCESSES = 40;
/** Enough for every space that is said to be small. */
const WHOLE = 10_000;
const SMALL =
  `account lazy01 deadlock01 phase01 bluetooth_driver sync01 sync02 reorder_3 CVE-2009-3547 CVE-2011-2183
  CVE-2015-7550 CVE-2016-1973 CVE-2016-7911 CVE-2016-9806 CVE-2017-15265`.split(/\s+/);

const mended = catalogue.filter(({ variant }) => variant === 'fixed');

describe('a mended program', () => {
  for (const { name, group, scenario } of mended) {
    const schedules = group === 'proc' || group === 'procfs' ? SCHEDULES_OF_PROCESSES : SCHEDULES;
    it(`survives the portfolio: ${name}`, () => {
      const { verdict, message, races } = explore(scenario, { schedules });
      assert.ok(verdict === 'none' || verdict === 'proved', `${verdict}: ${message}`);
      assert.deepEqual(races, []);
    });
  }

  for (const { name, scenario } of mended) {
    if (!SMALL.includes(name.replace(/-fixed$/, ''))) continue;
    it(`is proved by running all of its schedules: ${name}`, () => {
      const { verdict, message, races } = explore(scenario, { strategy: 'dfs', schedules: WHOLE });
      assert.equal(verdict, 'proved', message);
      assert.deepEqual(races, []);
    });
  }
});
