import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { globalEdf, rateMonotonic } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

type TaskSet = readonly (readonly [workMs: number, periodMs: number])[];

/** Runs a set of periodic tasks, all released at 0, and gives them back. */
function periodic(policy: Policy, cpus: number, set: TaskSet, untilMs: number): Task[] {
  const sim = new Simulation({ policy, topology: symmetric(cpus), costs: NO_COSTS });
  const tasks = set.map(([workMs, periodMs], at) =>
    sim.spawn({
      name: `task ${at + 1}`,
      periodNs: periodMs * MS,
      *program(t) {
        for (;;) {
          yield t.nextPeriod(periodMs * MS);
          yield t.compute(workMs * MS);
        }
      },
    }),
  );
  sim.run(untilMs * MS);
  return tasks;
}

function misses(tasks: readonly Task[]): number[] {
  return tasks.map((task) => task.misses);
}

describe('periodic tasks', () => {
  it('have the worst responses of the exact test under rate monotonic, one just at its deadline', () => {
    const set = [
      [3, 7],
      [3, 12],
      [5, 20],
    ] as const;
    const tasks = periodic(rateMonotonic(), 1, set, 420);
    assert.deepEqual(misses(tasks), [0, 0, 0]);
    assert.deepEqual(
      tasks.map(({ response }) => response.max / MS),
      [3, 6, 20],
    );
  });

  it('miss under rate monotonic at 7 ms what earliest deadline first does in time', () => {
    const set = [
      [2, 5],
      [4, 7],
    ] as const;
    const tasks = periodic(rateMonotonic(), 1, set, 35);
    assert.ok(tasks[1].misses > 0);
    assert.equal(tasks[1].firstMissAt, 7 * MS);
    assert.deepEqual(misses(periodic(globalEdf(), 1, set, 35)), [0, 0]);
  });

  it('show the Dhall effect: 1.31 of two CPUs used, and a miss at 11 ms, unless they are partitioned', () => {
    const set = [
      [2, 10],
      [2, 10],
      [10, 11],
    ] as const;
    for (const policy of [globalEdf(), rateMonotonic()]) {
      const tasks = periodic(policy, 2, set, 110);
      assert.ok(tasks[2].misses > 0, policy.name);
      assert.equal(tasks[2].firstMissAt, 11 * MS, policy.name);
    }
    assert.deepEqual(misses(periodic(globalEdf(), 1, set.slice(0, 2), 110)), [0, 0]);
    assert.deepEqual(misses(periodic(globalEdf(), 1, set.slice(2), 110)), [0]);
  });

  it('are all in time under earliest deadline first up to a load of 1, and late beyond it', () => {
    const full = [
      [1, 4],
      [2, 8],
      [5, 10],
    ] as const;
    assert.deepEqual(misses(periodic(globalEdf(), 1, full, 400)), [0, 0, 0]);
    const beyond = [...full, [1, 100]] as const;
    const late = misses(periodic(globalEdf(), 1, beyond, 4000)).reduce((sum, count) => sum + count, 0);
    assert.ok(late > 0);
  });

  it('may use as much as Liu and Layland say under rate monotonic, and no more in the worst case', () => {
    const bounds = [1, 2, 3, 4, 5, 10].map((n) => n * (2 ** (1 / n) - 1));
    assert.deepEqual(
      bounds.map((bound) => bound.toFixed(4)),
      ['1.0000', '0.8284', '0.7798', '0.7568', '0.7435', '0.7177'],
    );
    // Their worst case for two: work 0.4142 of periods 1 and 1.4142; the second has no time left over.
    const worst = [
      [41.421, 100],
      [58.578, 141.421],
    ] as const;
    assert.deepEqual(misses(periodic(rateMonotonic(), 1, worst, 1400)), [0, 0]);
    const more = [worst[0], [58.7, 141.421]] as const;
    assert.ok(periodic(rateMonotonic(), 1, more, 1400)[1].misses > 0);
  });
});
