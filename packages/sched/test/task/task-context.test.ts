import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program, Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

/** Runs a program alone, and gives its task. */
function run(program: Program, untilMs = Infinity): Task {
  const sim = new Simulation({ policy: fifo(), topology: symmetric(1), costs: NO_COSTS });
  const task = sim.spawn({ name: 't', program });
  sim.run(untilMs * MS);
  return task;
}

describe('a program', () => {
  it('sleeps for a time, or until one', () => {
    const times: number[] = [];
    run(function* (t) {
      yield t.sleep(3 * MS);
      times.push(t.now / MS);
      yield t.sleepUntil(10 * MS);
      times.push(t.now / MS);
      yield t.sleepUntil(4 * MS);
      times.push(t.now / MS);
    });
    assert.deepEqual(times, [3, 10, 10]);
  });

  it('is woken from suspension, and does not lose a wakeup that comes before', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(2), costs: NO_COSTS });
    const times: number[] = [];
    const sleeper = sim.spawn({
      name: 'sleeper',
      *program(t) {
        yield t.suspend();
        times.push(t.now / MS);
        yield t.compute(5 * MS);
        yield t.suspend();
        times.push(t.now / MS);
      },
    });
    sim.spawn({
      name: 'waker',
      *program(t) {
        for (const ms of [2, 1]) {
          yield t.compute(ms * MS);
          yield t.wake(sleeper);
        }
      },
    });
    sim.run(Infinity);
    assert.deepEqual(times, [2, 7]);
  });

  it('has jobs with responses, and deadlines that it may miss, each counted once', () => {
    let job = 0;
    const task = run(function* (t) {
      for (;;) {
        yield t.nextPeriod(10 * MS, 8 * MS);
        yield t.compute((job++ === 1 ? 13 : 4) * MS);
      }
    }, 50);
    // The second is released at 10 and done at 23; the third, released at 20, at 27.
    assert.deepEqual([task.jobs, task.misses, task.firstMissAt], [5, 1, 18 * MS]);
    assert.deepEqual([task.response.min, task.response.max], [4 * MS, 13 * MS]);
  });

  it('counts a deadline that passed without the job being done', () => {
    const task = run(function* (t) {
      yield t.nextPeriod(10 * MS);
      yield t.compute(1000 * MS);
    }, 50);
    assert.deepEqual([task.jobs, task.misses], [0, 1]);
  });

  it('is refused periods that cannot be', () => {
    const bad: Program = function* (t) {
      yield t.nextPeriod(0);
    };
    assert.throws(() => run(bad), /task "t": a period of 0, a deadline of 0/);
  });
});
