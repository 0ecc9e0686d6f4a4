import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { EXPLORED_TOKENS, LWKT_PROGRAMS } from '../../src/bench/lwkt-programs.ts';

describe('the programs of the area lwkt', () => {
  it('have names of their own and two CPUs, and the floor comes first', () => {
    assert.equal(new Set(LWKT_PROGRAMS.map(({ name }) => name)).size, LWKT_PROGRAMS.length);
    assert.ok(LWKT_PROGRAMS.every(({ cpus }) => cpus === 2));
    assert.match(LWKT_PROGRAMS[0].name, /^floor/);
  });

  it('have one that is explored: correct, and about 30 steps long', () => {
    const result = explore(EXPLORED_TOKENS, { strategy: 'random', schedules: 500 });
    assert.equal(result.verdict, 'none');
    const steps = result.steps / result.schedules;
    assert.ok(steps > 25 && steps < 40, `${steps} steps`);
  });
});
