import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  addTick,
  type Estimate,
  ESTCPUMAX,
  forkEstcpu,
  PRIBASE_NULL,
  priorityFor,
  queueOf,
  sleptSeconds,
} from '../../src/policy/estcpu.ts';
import { Task } from '../../src/task/task.ts';

const taskOf = (nice: number, priority = 100): Task =>
  new Task(1, 0, null, { name: 'a', nice, priority, *program() {} });

const estimate = (estcpu: number): Estimate => ({
  estcpu,
  cpticks: 0,
  cpbase: 0,
  priority: 0,
});

describe('the estimate of CPU use', () => {
  it('grows by 328 with each tick, up to 16384', () => {
    const data = estimate(0);
    addTick(data);
    assert.deepEqual([data.estcpu, data.cpticks], [328, 1]);
    for (let left = 49; left > 0; left--) addTick(data);
    assert.equal(data.estcpu, ESTCPUMAX);
  });

  it('is 2048 more for a child than for its parent, who is charged 32', () => {
    const parent = estimate(1000);
    assert.equal(forkEstcpu(parent), 3048);
    assert.equal(parent.estcpu, 1032);
    assert.equal(forkEstcpu(parent), 3080);
    assert.equal(forkEstcpu(null), 0);
    const hog = estimate(ESTCPUMAX - 10);
    assert.equal(forkEstcpu(hog), ESTCPUMAX);
    assert.equal(hog.estcpu, ESTCPUMAX);
  });

  it('makes the priority, with nice: (2 (nice + 20) + estcpu / 128) * 128 / 210', () => {
    assert.deepEqual(
      [
        [-20, 0],
        [0, 0],
        [19, 0],
        [0, 512],
        [0, ESTCPUMAX],
        [-20, ESTCPUMAX],
        [19, ESTCPUMAX],
      ].map(([nice, estcpu]) => priorityFor(taskOf(nice), estcpu) - 128),
      [0, 24, 47, 26, 102, 78, 125],
    );
  });

  it('counts for time sharing alone: real time is better than all of it, idle worse', () => {
    assert.equal(priorityFor(taskOf(0, 50), ESTCPUMAX), 16);
    assert.equal(priorityFor(taskOf(0, 143), 0), 256 + 3);
    assert.equal(queueOf(PRIBASE_NULL), 128);
  });

  it('knows a sleep by the seconds of the clock that it has seen', () => {
    const task = taskOf(0);
    task.sleptAt = 900_000_000;
    assert.deepEqual(
      [0.95, 1, 1.9, 2, 3.5].map((at) => sleptSeconds(task, at * 1e9)),
      [0, 1, 1, 2, 3],
    );
  });
});
