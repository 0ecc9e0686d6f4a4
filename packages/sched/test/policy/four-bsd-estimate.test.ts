import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decayed,
  decayedAsleep,
  type FourBsd,
  limitOf,
  LoadAverage,
  priorityOf,
} from '../../src/policy/four-bsd-estimate.ts';
import { Task } from '../../src/task/task.ts';

function priority(estcpu: number, nice = 0, rank = 100): number {
  const data: FourBsd = {
    estcpu,
    priority: 0,
    slice: 0,
    queueCpu: -1,
    isForked: false,
    isAsleep: false,
  };
  return priorityOf(new Task<FourBsd>(1, 0, data, { name: 'a', nice, priority: rank, *program() {} }), 8, 1);
}

describe('the estimate of 4BSD', () => {
  it('keeps 13 %, 11 % and 9.5 % of itself for five times the load in seconds, for loads 1, 2 and 4', () => {
    const kept = [1, 2, 4].map((load) => {
      let estcpu = 1_000_000_000;
      for (let second = 0; second < 5 * load; second++) estcpu = decayed(estcpu, load);
      return Math.round(estcpu / 1_000_000) / 10;
    });
    assert.deepEqual(kept, [13.2, 10.7, 9.5]);
  });

  it('is forgotten at once where nobody wants to run', () => {
    assert.equal(decayed(295, 0), 0);
  });

  it('shrinks in sleep by a step for each second but one, the first by schedcpu itself', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((seconds) => decayedAsleep(270, 1, seconds)),
      [270, 180, 180, 120, 80],
    );
  });

  it('is 295 at most with one CPU: 36 priorities of 8', () => {
    assert.equal(limitOf(8, 1), 295);
    assert.equal(limitOf(16, 1), 591);
  });

  it('makes priorities from 120 on: estcpu/8 and nice + 20', () => {
    assert.deepEqual(
      [priority(0, -20), priority(0), priority(80), priority(295), priority(295, 19)],
      [120, 140, 150, 176, 195],
    );
    assert.deepEqual([priority(295, 0, 0), priority(0, 0, 99), priority(0, 0, 140)], [48, 79, 224]);
  });
});

describe('the load average', () => {
  it('begins with the load of the first second, and follows it every 5 s', () => {
    const load = new LoadAverage(60_000_000_000);
    load.sample(1, 3);
    assert.equal(load.value, 3);
    load.sample(4, 0);
    assert.equal(load.value, 3);
    load.sample(5, 0);
    assert.equal(load.value, 3 * Math.exp(-5 / 60));
    for (let second = 6; second <= 65; second++) load.sample(second, 0);
    assert.ok(Math.abs(load.value - 3 * Math.exp(-65 / 60)) < 1e-9);
  });
});
