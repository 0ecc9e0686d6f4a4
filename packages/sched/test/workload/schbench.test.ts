import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { schbench, type SchbenchOptions } from '../../src/workload/schbench.ts';

function run(options: SchbenchOptions, cpus: number, ms = 1000): Map<string, number> {
  const sim = new Simulation({ policy: eevdf(), topology: symmetric(cpus), costs: NO_COSTS });
  const workload = schbench(options);
  assert.deepEqual(workload.figures?.(), []);
  workload.start(sim);
  sim.run(ms * 1_000_000);
  return new Map(workload.figures?.().map(({ name, value }) => [name, value]));
}

describe('schbench', () => {
  it('has each worker serve requests one after the other: without load there is nothing to wait for', () => {
    const found = run({ workers: 3 }, 8);
    // 2.1 ms each, and a microsecond or so to be woken: 475 of each in a second.
    const requests = found.get('requests') ?? 0;
    assert.ok(Math.abs(requests - 3 * 475) <= 6, `${requests}`);
    assert.equal(found.get('wakeup p99'), 0);
    assert.equal(found.get('request p50'), 2_100_000);
    assert.ok(Math.abs((found.get('request rate') ?? 0) - requests) < 5);
  });

  it('has workers wait when there are more than CPUs', () => {
    const found = run({ workers: 16, messageThreads: 2 }, 4);
    assert.ok((found.get('request p50') ?? 0) > 8_000_000);
    // All that four CPUs can do.
    const requests = found.get('requests') ?? 0;
    assert.ok(requests > 1900 && requests <= 2000, `${requests}`);
  });

  it('forgets the warm-up', () => {
    const sim = new Simulation({ policy: eevdf(), topology: symmetric(4), costs: NO_COSTS });
    const workload = schbench({ workers: 2 });
    workload.warmedUp?.();
    workload.start(sim);
    sim.run(500_000_000);
    const all = workload.figures?.() ?? [];
    workload.warmedUp?.();
    assert.equal(workload.figures?.()[0].value, 0);
    sim.run(1_000_000_000);
    for (const [at, { value }] of (workload.figures?.() ?? []).entries())
      assert.ok(Math.abs(value - all[at].value) <= 0.01 * value + 1, `${value}, ${all[at].value}`);
  });

  it('has as many workers as there are CPUs, if it is not said', () => {
    const sim = new Simulation({ policy: eevdf(), topology: symmetric(6) });
    schbench().start(sim);
    assert.equal(sim.tasks.size, 7);
  });
});
