import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Dfly, recalculate, resetPriority } from '../../src/policy/dfly-estimate.ts';
import { addTick } from '../../src/policy/estcpu.ts';
import { Task } from '../../src/task/task.ts';

function dataOf(estcpu = 0): Dfly {
  return {
    estcpu,
    cpticks: 0,
    cpbase: 0,
    priority: -1,
    pctcpu: 0,
    estfast: 0,
    rqindex: 0,
    rrcount: 0,
    uload: 0,
    isCounted: false,
    qcpu: 0,
    wakeFrom: -1,
    isForked: false,
    isAsleep: false,
  };
}

function runFor(data: Dfly, ticks: number): void {
  for (let left = ticks; left > 0; left--) addTick(data);
}

const alone = { decay: 8, threads: 1, cpus: 1 };

describe('the estimate of usched_dfly', () => {
  it('begins fast: after 10, 20 and 30 ticks of work alone it is what hands compute', () => {
    const data = dataOf();
    runFor(data, 10);
    recalculate(data, 0, { ...alone, tick: 10 });
    // 10 of 50 ticks: 409 of 2048, which is 3272; and half of that with 3280.
    assert.deepEqual([data.pctcpu, data.estcpu, data.estfast], [409, 3276, 1]);
    runFor(data, 10);
    recalculate(data, 0, { ...alone, tick: 20 });
    // (20480 + 409 * 40) / 50 = 736, 5888; (2 * 6556 + 5888) / 3.
    assert.deepEqual([data.pctcpu, data.estcpu, data.estfast], [736, 6333, 2]);
    runFor(data, 10);
    recalculate(data, 0, { ...alone, tick: 30 });
    // (20480 + 736 * 40) / 50 = 998, 7984; (3 * 9613 + 7984) / 4.
    assert.deepEqual([data.pctcpu, data.estcpu, data.estfast], [998, 9205, 3]);
  });

  it('moves by a ninth from the ninth time on', () => {
    const data = dataOf(9000);
    data.estfast = 8;
    recalculate(data, 0, { ...alone, tick: 50 });
    assert.deepEqual([data.pctcpu, data.estcpu], [0, 8000]);
    runFor(data, 50);
    data.estcpu = 0;
    recalculate(data, 0, { ...alone, tick: 100 });
    assert.deepEqual([data.pctcpu, data.estcpu], [2048, Math.trunc(16384 / 9)]);
  });

  it('makes up for more threads than CPUs: half of a CPU is all of it with twice as many', () => {
    const data = dataOf();
    data.estfast = 8;
    data.cpticks = 25;
    recalculate(data, 0, { decay: 8, tick: 50, threads: 4, cpus: 2 });
    assert.equal(data.pctcpu, 1024);
    assert.equal(data.estcpu, Math.trunc(16384 / 9));
  });

  it('is halved by a sleep of more than a second, and is fast again', () => {
    const data = dataOf(6333);
    data.estfast = 8;
    recalculate(data, 2, { ...alone, tick: 150 });
    assert.deepEqual([data.estcpu, data.estfast, data.cpbase], [3166, 0, 150]);
  });

  it('is left alone within a tick', () => {
    const data = dataOf(5000);
    assert.equal(recalculate(data, 0, { ...alone, tick: 0 }), false);
    assert.equal(data.estcpu, 5000);
  });

  it('gives the load that counts for a CPU: estcpu/32, less for who is nice', () => {
    const uloads = [0, 10, -20].map((nice) => {
      const task = new Task<Dfly>(1, 0, dataOf(16000), { name: 'a', nice, *program() {} });
      resetPriority(task);
      return task.data.uload;
    });
    assert.deepEqual(uloads, [500, 500 - 238, 500 + 476]);
  });

  it('says when the queue is another one', () => {
    const task = new Task<Dfly>(1, 0, dataOf(0), { name: 'a', *program() {} });
    assert.equal(resetPriority(task), true);
    assert.equal(task.data.rqindex, 152 >> 2);
    assert.equal(resetPriority(task), false);
    // (40 + 5) * 128 / 210 = 27, (40 + 6) * 128 / 210 = 28.
    task.data.estcpu = 640;
    assert.equal(resetPriority(task), false);
    task.data.estcpu = 768;
    assert.equal(resetPriority(task), true);
    assert.equal(task.data.rqindex, 39);
  });
});
