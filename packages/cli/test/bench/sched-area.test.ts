import assert from 'node:assert/strict';
import { schedArea } from '../../src/bench/sched-area.ts';

describe('the area sched of the benchmark', function () {
  this.timeout(60_000);

  it('measures both grains, events of policies and operations of the kernel, and sweeps', async () => {
    const cases: string[] = [];
    const rows = await schedArea({ warmUpSeconds: 0, seconds: 0.006, seeds: 1 }, (name) => cases.push(name));
    assert.ok(rows.every(({ area, value }) => area === 'sched' && Number.isFinite(value)));
    for (const { metric, value } of rows) if (metric.includes('CPU second')) assert.ok(value > 0);
    for (const name of ['tasks, rr', 'tasks, eevdf, recorded', 'kernel, threads and a token'])
      assert.ok(cases.includes(`sched ${name}`), name);
  });
});
