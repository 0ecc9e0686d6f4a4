import assert from 'node:assert/strict';
import { exploreArea } from '../../src/bench/explore-area.ts';

describe('the area explore of the benchmark', () => {
  it('measures every case with every strategy that fits it', () => {
    const heard: string[] = [];
    const rows = exploreArea({ warmUpSeconds: 0, seconds: 0.001, seeds: 1 }, (name) => heard.push(name));
    assert.equal(heard.length, 9);
    assert.equal(rows[0].case, 'floor');
    const metrics = (name: string): string[] =>
      rows.filter((row) => row.case === name).map((row) => row.metric);
    for (const strategy of ['random', 'pct', 'pos', 'surw']) {
      assert.ok(metrics('a').includes(`${strategy}: schedules per CPU second`));
      assert.ok(metrics('d').includes(`${strategy}: steps per CPU second`));
      assert.ok(metrics('b2').includes(`${strategy}: schedules to first failure`));
    }
    assert.ok(metrics('e').includes('dfs: schedules in all'));
    assert.ok(rows.every((row) => row.area === 'explore' && row.value > 0 && row.unit !== ''));
  });
});
