import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Condition } from '../../src/sync/condition.ts';
import { Mutex } from '../../src/sync/mutex.ts';
import type { Program } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function run(programs: Readonly<Record<string, Program>>): Simulation<unknown> {
  const sim = new Simulation<unknown>({ policy: fifo(), topology: symmetric(4), costs: NO_COSTS });
  for (const [name, program] of Object.entries(programs)) sim.spawn({ name, program });
  sim.run(1000 * MS);
  return sim;
}

describe('a condition', () => {
  it('lets who waits go on with the mutex, one for each signal, the first to come first', () => {
    const [mutex, condition] = [new Mutex('m'), new Condition('c')];
    const log: string[] = [];
    const waiter = (name: string, delay: number): Program =>
      function* (t) {
        yield t.sleep(delay * MS);
        yield mutex.lock();
        yield condition.wait(mutex);
        log.push(`${name} at ${t.now / MS}, owner ${mutex.owner?.name}`);
        yield t.compute(4 * MS);
        yield mutex.unlock();
      };
    const sim = run({
      a: waiter('a', 2),
      b: waiter('b', 1),
      *signaller(t) {
        yield t.sleep(10 * MS);
        yield mutex.lock();
        yield condition.signal();
        yield t.compute(2 * MS);
        yield mutex.unlock();
        yield condition.signal();
        // Nobody waits any more: this one is lost.
        yield condition.signal();
      },
    });
    // b goes on when the mutex is free; a is signalled then, and waits for b to unlock.
    assert.deepEqual(log, ['b at 12, owner b', 'a at 16, owner a']);
    assert.equal(sim.tasks.size, 0);
    assert.equal(condition.waiting, 0);
  });

  it('lets all go on by a broadcast, one after the other where they have a mutex', () => {
    const [mutex, condition] = [new Mutex('m'), new Condition('c')];
    const log: string[] = [];
    const waiter = (name: string, own: Mutex | null): Program =>
      function* (t) {
        if (own !== null) yield own.lock();
        yield condition.wait(own);
        log.push(`${name} at ${t.now / MS}`);
        yield t.compute(MS);
        if (own !== null) yield own.unlock();
      };
    run({
      a: waiter('a', mutex),
      b: waiter('b', mutex),
      c: waiter('c', null),
      *signaller(t) {
        yield t.sleep(5 * MS);
        yield condition.broadcast();
      },
    });
    assert.deepEqual(log.toSorted(), ['a at 5', 'b at 6', 'c at 5']);
  });

  it('lets one go on by a signal, even where nobody has a mutex', () => {
    const condition = new Condition('c');
    const log: string[] = [];
    const waiter = (name: string): Program =>
      function* (t) {
        yield condition.wait();
        log.push(`${name} at ${t.now / MS}`);
      };
    run({
      a: waiter('a'),
      b: waiter('b'),
      *signaller(t) {
        for (let left = 2; left > 0; left--) {
          yield t.sleep(MS);
          yield condition.signal();
        }
      },
    });
    assert.deepEqual(log, ['a at 1', 'b at 2']);
  });

  it('is not waited for without the mutex', () => {
    const [mutex, condition] = [new Mutex('m'), new Condition('c')];
    const wrong: Program = function* () {
      yield condition.wait(mutex);
    };
    assert.throws(() => run({ wrong }), /task "wrong" waits for "c" without having the mutex "m"/);
  });
});
