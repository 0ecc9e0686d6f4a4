import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { make, type MakeOptions } from '../../src/workload/make.ts';

const MS = 1_000_000;

function run(options: MakeOptions, cpus: number): { figures: Map<string, number>; mostAlive: number } {
  let [alive, mostAlive] = [0, 0];
  const sim = new Simulation({
    policy: fifo(),
    topology: symmetric(cpus),
    costs: NO_COSTS,
    listener: {
      created: () => void (mostAlive = Math.max(mostAlive, ++alive)),
      ended: () => {
        alive--;
      },
    },
  });
  const workload = make(options);
  assert.deepEqual(workload.figures?.(), []);
  workload.start(sim);
  sim.run(Infinity);
  return { figures: new Map(workload.figures?.().map(({ name, value }) => [name, value])), mostAlive };
}

describe('make', () => {
  it('compiles so many files at a time, and then links', () => {
    const options = {
      jobs: 2,
      files: 6,
      compile: 10 * MS,
      reads: 1,
      read: 2 * MS,
      forkNs: 0,
      linkNs: 5 * MS,
    };
    const { figures, mostAlive } = run(options, 4);
    // Three rounds of two, each 12 ms, and the linker.
    assert.equal(figures.get('time'), 41 * MS);
    assert.equal(figures.get('compiled'), 6);
    assert.equal(figures.get('compile max'), 12 * MS);
    assert.equal(mostAlive, 3);
  });

  it('is done when the CPUs are done with the work', () => {
    const options = { files: 40, compile: 10 * MS, reads: 0, forkNs: 0, linkNs: 0 };
    assert.equal(run(options, 4).figures.get('time'), 100 * MS);
    assert.equal(run({ ...options, jobs: 8 }, 4).figures.get('time'), 100 * MS);
    assert.equal(run({ ...options, jobs: 1 }, 4).figures.get('time'), 400 * MS);
  });

  it('tells policies of its nice value and its group', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(2) });
    make({ nice: 5, files: 4, group: '/build' }).start(sim);
    sim.run(10 * MS);
    assert.ok(sim.tasks.size > 1);
    assert.ok([...sim.tasks].every(({ nice, group }) => nice === 5 && group === '/build'));
  });
});
