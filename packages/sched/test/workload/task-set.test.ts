import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { globalEdf } from '../../src/policy/urgency.ts';
import { RandomStream } from '../../src/random-stream.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import {
  periodicTaskSet,
  randomPeriodic,
  randomTaskSet,
  utilizationOf,
} from '../../src/workload/task-set.ts';
import type { Workload } from '../../src/workload/workload.ts';

const MS = 1_000_000;

function run(workload: Workload, ms: number, cpus = 1, seed = 1): Simulation<unknown> {
  const sim = new Simulation<unknown>({
    policy: globalEdf(),
    topology: symmetric(cpus),
    costs: NO_COSTS,
    seed,
  });
  workload.start(sim);
  sim.run(ms * MS);
  return sim;
}

describe('a random task set', () => {
  it('has periods as they were asked for', () => {
    const random = new RandomStream(3);
    const periods = (from: NonNullable<Parameters<typeof randomTaskSet>[0]['periods']>): number[] =>
      randomTaskSet({ tasks: 4000, utilization: 100, method: 'uunifast-discard', periods: from }, random).map(
        ({ periodNs }) => periodNs / MS,
      );
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length / 2];
    const uniform = periods({ uniform: [10 * MS, 1000 * MS] });
    assert.ok(Math.abs(median(uniform) - 505) < 40);
    const log = periods({ logUniform: [10 * MS, 1000 * MS] });
    assert.ok(Math.abs(median(log) - 100) < 12);
    assert.ok([...uniform, ...log].every((ms) => ms >= 10 && ms <= 1000));
    assert.deepEqual([...new Set(periods({ among: [5 * MS, 20 * MS] }))].toSorted(), [20, 5]);
    assert.throws(() => periods({ among: [] }), /periods among none/);
    assert.throws(() => periods({ uniform: [5, 2] }), /periods from 5 to 2/);
  });

  it('has the utilization that was asked for, by either method', () => {
    for (const method of ['uunifast-discard', 'randfixedsum'] as const) {
      const set = randomTaskSet({ tasks: 10, utilization: 3.2, method }, new RandomStream(9));
      assert.ok(Math.abs(utilizationOf(set) - 3.2) < 1e-5);
    }
  });
});

describe('periodic tasks', () => {
  it('release a job in each period, from their offset on, and meet deadlines if EDF can', () => {
    const sim = run(
      periodicTaskSet([
        { wcetNs: 3 * MS, periodNs: 7 * MS },
        { name: 'b', wcetNs: 3 * MS, periodNs: 12 * MS, offsetNs: 5 * MS },
        { wcetNs: 5 * MS, periodNs: 20 * MS },
      ]),
      4200,
    );
    const tasks = [...sim.tasks];
    assert.deepEqual(
      tasks.map(({ name, jobs, misses, budgetNs }) => [name, jobs, misses, budgetNs / MS]),
      [
        ['task-0', 600, 0, 3],
        ['task-2', 210, 0, 5],
        ['b', 350, 0, 3],
      ],
    );
  });

  it('are as late as they have to be when they want too much, and say so', () => {
    const workload = periodicTaskSet([
      { wcetNs: 15 * MS, periodNs: 10 * MS },
      { wcetNs: MS, periodNs: 10 * MS },
    ]);
    assert.equal(workload.utilization, 1.6);
    const sim = run(workload, 100);
    assert.deepEqual(workload.warnings, [
      'utilization 1.600 is above the 1 CPUs there are: jobs will be late',
      '1 tasks take longer than their deadlines, however they run',
    ]);
    assert.ok([...sim.tasks].some(({ misses }) => misses > 0));
    assert.throws(
      () => periodicTaskSet([{ wcetNs: 0, periodNs: 5 }]),
      /task "task-0": 0 ns each 5 ns, done in 5 ns, from 0 ns on/,
    );
  });

  it('take a part of their longest time, if it is said which', () => {
    const workload = periodicTaskSet([{ wcetNs: 8 * MS, periodNs: 10 * MS }], { part: { uniform: [0, 1] } });
    assert.equal(workload.utilization, 0.4);
    const [task] = run(workload, 10_000).tasks;
    assert.ok(Math.abs(task.runNs / MS - 4000) < 200, `${task.runNs}`);
  });

  it('are drawn by the seed', () => {
    const busy = (seed: number): number[] =>
      [...run(randomPeriodic({ tasks: 5, utilization: 0.9 }), 500, 1, seed).tasks].map(
        ({ periodNs }) => periodNs,
      );
    assert.deepEqual(busy(1), busy(1));
    assert.notDeepEqual(busy(1), busy(2));
    assert.throws(() => randomPeriodic({ tasks: 5, utilization: 0 }), /a utilization of 0/);
  });
});
