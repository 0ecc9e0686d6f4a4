import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { NICE_WEIGHTS, Task, TaskError, type TaskOptions } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const NOTHING: TaskOptions = {
  name: 't',
  *program() {
    // It ends at once.
  },
};

describe('a task', () => {
  it('has the weight of its nice value, each about a quarter more than the next', () => {
    assert.equal(NICE_WEIGHTS.length, 40);
    assert.equal(new Task(1, 0, null, { ...NOTHING, nice: 0 }).weight, 1024);
    assert.equal(new Task(1, 0, null, { ...NOTHING, nice: -20 }).weight, 88761);
    assert.equal(new Task(1, 0, null, { ...NOTHING, nice: 19, weight: 7 }).weight, 7);
    for (let at = 1; at < 40; at++) {
      const ratio = NICE_WEIGHTS[at - 1] / NICE_WEIGHTS[at];
      assert.ok(ratio > 1.15 && ratio < 1.32, `${at}: ${ratio}`);
    }
  });

  it('runs where its affinity lets it', () => {
    const task = new Task(1, 0, null, { ...NOTHING, affinity: [1, 3] });
    assert.deepEqual(
      [0, 1, 2, 3].map((cpu) => task.mayRunOn(cpu)),
      [false, true, false, true],
    );
  });

  it('that cannot be is refused by name', () => {
    const refused = (options: Partial<TaskOptions>, message: RegExp): void => {
      const sim = new Simulation({ policy: fifo(), topology: symmetric(2) });
      assert.throws(() => sim.spawn({ ...NOTHING, ...options }), { name: TaskError.name, message });
    };
    refused({ nice: 20 }, /task "t": nice is 20: a whole number from -20 to 19/);
    refused({ weight: 0 }, /task "t": weight is 0/);
    refused({ periodNs: -1 }, /task "t": period -1 and budget Infinity must be above 0/);
    refused({ affinity: [5] }, /task "t" may run on CPUs 5: none is on/);
  });
});
