import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { cbs } from '../../src/policy/cbs.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

describe('the constant bandwidth server', () => {
  it('keeps one that wants everything from harming who keeps to what it has reserved', () => {
    const sim = new Simulation({ policy: cbs(), topology: symmetric(1), costs: NO_COSTS });
    const good = sim.spawn({
      name: 'good',
      budgetNs: 4 * MS,
      periodNs: 10 * MS,
      *program(t) {
        for (;;) {
          yield t.nextPeriod(10 * MS);
          yield t.compute(4 * MS);
        }
      },
    });
    const greedy = sim.spawn({
      name: 'greedy',
      budgetNs: 5 * MS,
      periodNs: 10 * MS,
      *program(t) {
        for (;;) yield t.compute(1000 * MS);
      },
    });
    const others = sim.spawn({
      name: 'without a budget',
      *program(t) {
        for (;;) yield t.compute(1000 * MS);
      },
    });
    sim.run(1000 * MS);
    assert.deepEqual([good.misses, good.jobs], [0, 100]);
    assert.equal(greedy.runNs, 500 * MS);
    assert.equal(others.runNs, 100 * MS);
  });

  it('admits 95 % of the CPUs, and says who has to do without', () => {
    const refused: string[] = [];
    const policy = cbs({
      onRefused: ({ name }, utilization) => void refused.push(`${name}: ${utilization}`),
    });
    const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
    for (const budget of [5, 4, 2]) {
      sim.spawn({
        name: `${budget} of 10`,
        budgetNs: budget * MS,
        periodNs: 10 * MS,
        *program(t) {
          for (;;) yield t.compute(MS);
        },
      });
    }
    sim.run(100 * MS);
    assert.deepEqual(refused, ['2 of 10: 0.2']);
    assert.deepEqual(
      [...sim.tasks].map(({ runNs }) => runNs / MS),
      [50, 40, 10],
    );
  });
});
