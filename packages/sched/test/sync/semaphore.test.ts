import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Barrier, Semaphore } from '../../src/sync/semaphore.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

describe('a semaphore', () => {
  it('lets as many in as were posted, in the order in which they came', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(4), costs: NO_COSTS });
    const semaphore = new Semaphore('s', 2);
    const order: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      sim.spawn({
        name,
        *program(t) {
          yield semaphore.wait();
          order.push(`${name} at ${t.now / MS}`);
          yield t.compute(3 * MS);
          yield semaphore.post();
        },
      });
    }
    sim.run(Infinity);
    assert.deepEqual(order, ['a at 0', 'b at 0', 'c at 3', 'd at 3']);
    assert.equal(semaphore.count, 2);
    assert.throws(() => new Semaphore('s', -1), /semaphore "s" begins with -1/);
  });
});

describe('a barrier', () => {
  it('lets all go on when the last has come, again and again', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(3), costs: NO_COSTS });
    const barrier = new Barrier('b', 3);
    const passed: number[] = [];
    for (const ms of [1, 5, 3]) {
      sim.spawn({
        name: `${ms}`,
        *program(t) {
          for (const round of [1, 2]) {
            yield t.compute(ms * round * MS);
            yield barrier.wait();
            passed.push(t.now / MS);
          }
        },
      });
    }
    sim.run(Infinity);
    assert.deepEqual(passed, [5, 5, 5, 15, 15, 15]);
    assert.throws(() => new Barrier('b', 0), /barrier "b" is for 0/);
  });
});
