import assert from 'node:assert/strict';
import { lwktArea } from '../../src/bench/lwkt-area.ts';
import { LWKT_PROGRAMS } from '../../src/bench/lwkt-programs.ts';

describe('the area lwkt of the benchmark', function () {
  this.timeout(120_000);

  it('measures programs live against the floor, and explores with every strategy', async () => {
    const heard: string[] = [];
    const rows = await lwktArea({ warmUpSeconds: 0, seconds: 0.001, seeds: 1 }, (name) => heard.push(name));
    assert.deepEqual(
      heard.slice(0, LWKT_PROGRAMS.length),
      LWKT_PROGRAMS.map(({ name }) => `lwkt ${name}`),
    );
    for (const { name } of LWKT_PROGRAMS) {
      const metrics = rows.filter((row) => row.case === name).map((row) => row.metric);
      assert.deepEqual(metrics, ['live: time of one', 'live: times the floor']);
    }
    assert.equal(rows.find((row) => row.metric === 'live: times the floor')?.value, 1);
    for (const strategy of ['random', 'pct', 'pos', 'surw']) {
      assert.ok(rows.some((row) => row.metric === `${strategy}: schedules per CPU second`));
    }
    assert.ok(rows.some((row) => row.case === 'image restore' && row.unit === 'ns'));
    assert.ok(rows.every((row) => row.area === 'lwkt' && row.value > 0 && row.unit !== ''));
  });
});
