import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { byUtilization, type Fit, partitionedEdf } from '../../src/policy/partitioned.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Task, TaskOptions } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function periodic(workMs: number, periodMs: number): TaskOptions {
  return {
    name: `${workMs}/${periodMs}`,
    budgetNs: workMs * MS,
    periodNs: periodMs * MS,
    *program(t) {
      for (;;) {
        yield t.nextPeriod(periodMs * MS);
        yield t.compute(workMs * MS);
      }
    },
  };
}

function run(fit: Fit, cpus: number, set: readonly TaskOptions[], refused: string[] = []): Task<number>[] {
  const onOverload = (task: Task): void => void refused.push(task.name);
  const policy = partitionedEdf({ fit, onOverload });
  const sim = new Simulation({ policy, topology: symmetric(cpus), costs: NO_COSTS });
  const tasks = set.map((options) => sim.spawn(options));
  sim.run(2000 * MS);
  return tasks;
}

describe('partitioned EDF', () => {
  it('is in time where global EDF shows the Dhall effect', () => {
    const set = [periodic(2, 10), periodic(2, 10), periodic(10, 11)];
    const tasks = run('first', 2, byUtilization(set));
    assert.deepEqual(
      tasks.map(({ name, misses, data }) => [name, misses, data]),
      [
        ['10/11', 0, 0],
        ['2/10', 0, 1],
        ['2/10', 0, 1],
      ],
    );
  });

  it('gives a task the first CPU with room, the fullest or the emptiest', () => {
    const set = [periodic(5, 10), periodic(6, 10), periodic(3, 10)];
    const placesOf = (fit: Fit): number[] => run(fit, 3, set).map(({ data }) => data);
    assert.deepEqual(placesOf('first'), [0, 1, 0]);
    assert.deepEqual(placesOf('best'), [0, 1, 1]);
    assert.deepEqual(placesOf('worst'), [0, 1, 2]);
  });

  it('runs what has no room where there is most, and says so', () => {
    const refused: string[] = [];
    const tasks = run('first', 2, [periodic(8, 10), periodic(7, 10), periodic(6, 10)], refused);
    assert.deepEqual(refused, ['6/10']);
    assert.equal(tasks[2].data, 1);
    assert.ok(tasks[1].misses + tasks[2].misses > 0);
    assert.equal(tasks[0].misses, 0);
  });
});
