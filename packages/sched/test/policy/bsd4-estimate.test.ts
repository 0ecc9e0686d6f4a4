import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BATCHMAX, type Bsd4, recalculate, resetPriority } from '../../src/policy/bsd4-estimate.ts';
import { Task } from '../../src/task/task.ts';

function dataOf(estcpu: number, cpticks = 0, batch = 0): Bsd4 {
  return {
    estcpu,
    cpticks,
    cpbase: 0,
    priority: -1,
    batch,
    rebalTick: -2,
    home: 0,
    isForked: false,
    isAsleep: false,
  };
}

const alone = { decay: 8, waiting: 0, cpus: 1 };

describe('the estimate of usched_bsd4', () => {
  it('goes by a ninth to the part of the ticks in which the thread ran', () => {
    const data = dataOf(9000, 5);
    recalculate(data, 0, { ...alone, tick: 10 });
    // (8 * 9000 + 8192) / 9
    assert.equal(data.estcpu, 8910);
    assert.equal(data.cpticks, 0);
    recalculate(data, 0, { ...alone, tick: 60 });
    assert.equal(data.estcpu, 7920);
    assert.equal(recalculate(data, 0, { ...alone, tick: 60 }), false);
  });

  it('makes up for those that wait: half of one CPU with one waiting is all of it', () => {
    const data = dataOf(0, 5);
    recalculate(data, 0, { ...alone, waiting: 1, tick: 10 });
    assert.equal(data.estcpu, Math.trunc(16384 / 9));
    const four = dataOf(0, 5);
    recalculate(four, 0, { decay: 8, waiting: 2, cpus: 4, tick: 10 });
    assert.equal(four.estcpu, Math.trunc((16384 * 0.75) / 9));
  });

  it('knows batch jobs: above half of a CPU they become so in 30 s, and stop in as long', () => {
    const data = dataOf(0, 30, BATCHMAX - 20);
    recalculate(data, 0, { ...alone, tick: 50 });
    assert.equal(data.batch, BATCHMAX);
    data.cpticks = 25;
    recalculate(data, 0, { ...alone, tick: 100 });
    assert.equal(data.batch, BATCHMAX - 50);
    recalculate(data, 2, { ...alone, tick: 300 });
    assert.equal(data.batch, BATCHMAX - 100);
  });

  it('is halved by a sleep of more than a second', () => {
    const data = dataOf(5001);
    recalculate(data, 2, { ...alone, tick: 300 });
    assert.equal(data.estcpu, 2500);
  });

  it('counts by half for who is no batch job, and whole for who is', () => {
    const priority = (batch: number): number => {
      const task = new Task<Bsd4>(1, 0, dataOf(16384, 0, batch), { name: 'a', *program() {} });
      resetPriority(task);
      return task.data.priority - 128;
    };
    // (40 + 64) * 128 / 210 and (40 + 128) * 128 / 210.
    assert.deepEqual([priority(0), priority(BATCHMAX)], [63, 102]);
  });
});
