import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import { fixedPriority } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { busy, interactive } from '../../src/workload/cycles.ts';

const MS = 1_000_000;

describe('busy tasks', () => {
  it('have all the CPUs there are, in shares of their nice values', () => {
    const sim = new Simulation({ policy: eevdf(), topology: symmetric(1), costs: NO_COSTS });
    busy({ nice: 5 }).start(sim);
    busy({ tasks: 2 }).start(sim);
    sim.run(10_000 * MS);
    const [nice, ...others] = [...sim.tasks].map(({ runNs }) => runNs / MS);
    assert.equal(nice + others[0] + others[1], 10_000);
    assert.ok(Math.abs(nice - (10_000 * 335) / (335 + 2048)) < 20, `${nice}`);
  });
});

describe('interactive tasks', () => {
  it('work and sleep by turns', () => {
    const workload = interactive({ tasks: 3, work: 2 * MS, sleep: 6 * MS });
    assert.equal(workload.utilization, 0.75);
    const sim = new Simulation({ policy: fixedPriority(), topology: symmetric(3), costs: NO_COSTS });
    workload.start(sim);
    sim.run(80 * MS);
    assert.deepEqual(
      [...sim.tasks].map(({ runNs }) => runNs / MS),
      [20, 20, 20],
    );
    const figures = new Map(workload.figures?.().map(({ name, value }) => [name, value]));
    assert.deepEqual([figures.get('turn p50'), figures.get('turn max')], [2 * MS, 2 * MS]);
    workload.warmedUp?.();
    assert.equal(workload.figures?.()[0].value, 0);
  });

  it('measure how long they are kept waiting', () => {
    const workload = interactive({ tasks: 2, work: 3 * MS, sleep: 7 * MS });
    const sim = new Simulation({ policy: fixedPriority(), topology: symmetric(1), costs: NO_COSTS });
    workload.start(sim);
    sim.run(20 * MS);
    // Both wake at 7 ms: one is done at 10, the other at 13.
    assert.equal(workload.figures?.().find(({ name }) => name === 'turn max')?.value, 6 * MS);
    assert.equal(interactive({ work: 0, sleep: 0 }).utilization, 0);
  });
});
