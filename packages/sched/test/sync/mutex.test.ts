import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { roundRobin } from '../../src/policy/round-robin.ts';
import { fixedPriority, globalEdf } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Mutex, type MutexOptions } from '../../src/sync/mutex.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

describe('a mutex', () => {
  it('lets one in at a time, on any number of CPUs', () => {
    const sim = new Simulation({
      policy: roundRobin({ quantumNs: MS }),
      topology: symmetric(4),
      costs: NO_COSTS,
    });
    const mutex = new Mutex('m');
    let [inside, most, times] = [0, 0, 0];
    for (let at = 0; at < 8; at++) {
      sim.spawn({
        name: `${at}`,
        *program(t) {
          for (let left = 10; left > 0; left--) {
            yield t.compute(at * 100_000);
            yield mutex.lock();
            most = Math.max(most, ++inside);
            times++;
            yield t.compute(300_000);
            inside--;
            yield mutex.unlock();
          }
        },
      });
    }
    sim.run(Infinity);
    assert.deepEqual([most, times, inside, mutex.owner], [1, 80, 0, null]);
  });

  /** Priorities of the first owner while others wait, and after it. */
  function prioritiesOf(options: MutexOptions, chain: boolean): number[] {
    const sim = new Simulation({ policy: fixedPriority(), topology: symmetric(3), costs: NO_COSTS });
    const [outer, inner] = [new Mutex('outer', options), new Mutex('inner', options)];
    const first = sim.spawn({
      name: 'first',
      priority: 9,
      *program(t) {
        yield inner.lock();
        yield t.compute(10 * MS);
        yield inner.unlock();
        yield t.compute(10 * MS);
      },
    });
    sim.spawn({
      name: 'second',
      priority: 5,
      *program(t) {
        yield t.compute(MS);
        if (chain) yield outer.lock();
        yield t.compute(MS);
        yield inner.lock();
        yield inner.unlock();
        if (chain) yield outer.unlock();
      },
    });
    sim.spawn({
      name: 'third',
      priority: 1,
      *program(t) {
        yield t.compute(4 * MS);
        if (chain) yield outer.lock();
        yield t.compute(MS);
        if (chain) yield outer.unlock();
      },
    });
    const found: number[] = [];
    for (const ms of [1, 3, 5, 11]) sim.at(ms * MS - 1, () => found.push(first.priority));
    sim.run(Infinity);
    return found;
  }

  it('makes its owner as urgent as who waits for it, through a chain of mutexes', () => {
    assert.deepEqual(prioritiesOf({ protocol: 'none' }, true), [9, 9, 9, 9]);
    assert.deepEqual(prioritiesOf({ protocol: 'inherit' }, false), [9, 5, 5, 9]);
    assert.deepEqual(prioritiesOf({ protocol: 'inherit' }, true), [9, 5, 1, 9]);
    assert.deepEqual(prioritiesOf({ protocol: 'ceiling', ceiling: 2 }, false), [2, 2, 2, 9]);
  });

  it('hands deadlines down as well', () => {
    const sim = new Simulation({ policy: globalEdf(), topology: symmetric(1), costs: NO_COSTS });
    const mutex = new Mutex('m', { protocol: 'inherit' });
    const late = sim.spawn({
      name: 'late',
      periodNs: 1000 * MS,
      *program(t) {
        yield mutex.lock();
        yield t.compute(10 * MS);
        yield mutex.unlock();
      },
    });
    sim.at(MS, () => {
      sim.spawn({
        name: 'soon',
        periodNs: 50 * MS,
        *program() {
          yield mutex.lock();
          yield mutex.unlock();
        },
      });
    });
    const found: number[] = [];
    sim.at(2 * MS, () => found.push(late.effectiveDeadline / MS));
    sim.at(11 * MS, () => found.push(late.effectiveDeadline / MS));
    sim.run(Infinity);
    assert.deepEqual(found, [51, 1000]);
  });

  it('refuses to be locked twice, or unlocked by others', () => {
    const run = (program: (mutex: Mutex) => Iterable<unknown>): void => {
      const sim = new Simulation({ policy: roundRobin(), topology: symmetric(1), costs: NO_COSTS });
      const mutex = new Mutex('m');
      sim.spawn({ name: 'a', program: () => program(mutex) as never });
      sim.run(Infinity);
    };
    assert.throws(
      () =>
        run(function* (mutex) {
          yield mutex.lock();
          yield mutex.lock();
        }),
      /task "a" locks "m" a second time/,
    );
    assert.throws(
      () =>
        run(function* (mutex) {
          yield mutex.unlock();
        }),
      /task "a" unlocks "m", which it does not have/,
    );
  });
});
