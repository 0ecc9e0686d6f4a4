import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { forkStorm, type ForkStormOptions } from '../../src/workload/fork-storm.ts';

const MS = 1_000_000;

function run(options: ForkStormOptions, cpus: number): Map<string, number> {
  const sim = new Simulation({ policy: fifo(), topology: symmetric(cpus), costs: NO_COSTS });
  const workload = forkStorm(options);
  assert.deepEqual(workload.figures?.(), []);
  workload.start(sim);
  sim.run(Infinity);
  assert.equal(sim.tasks.size, 0);
  return new Map(workload.figures?.().map(({ name, value }) => [name, value]));
}

describe('a storm of forks', () => {
  it('takes as long as a parent forks, where there are CPUs for the children', () => {
    const found = run({ children: 100, forkNs: MS, work: 2 * MS }, 4);
    assert.equal(found.get('forked and done'), 100);
    assert.equal(found.get('time'), 102 * MS);
    assert.equal(found.get('life max'), 2 * MS);
  });

  it('takes as long as all the work, where there are too few', () => {
    const found = run({ parents: 2, children: 100, forkNs: MS, work: 5 * MS }, 3);
    const time = found.get('time') ?? 0;
    assert.ok(time >= 400 * MS && time < 410 * MS, `${time}`);
  });

  it('has a parent wait when it has too many children', () => {
    const found = run({ children: 10, forkNs: MS, work: 3 * MS, alive: 1 }, 4);
    assert.equal(found.get('time'), 40 * MS);
  });
});
