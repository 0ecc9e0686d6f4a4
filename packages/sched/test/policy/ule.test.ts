import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS, NO_COSTS } from '../../src/cost-model.ts';
import { ule } from '../../src/policy/ule.ts';
import type { SimulationListener } from '../../src/simulation/listener.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { bigLittle, bulldozer, desktop, symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const MS = 1_000_000;
const TICK = 7_874_016;
const forever: Program = function* (t) {
  for (;;) yield t.compute(1000 * MS);
};

describe('ULE', () => {
  it('spreads tasks over caches first, and leaves no CPU idle', () => {
    const sim = new Simulation({ policy: ule(), topology: bulldozer(), costs: NO_COSTS });
    for (let at = 0; at < 8; at++) sim.spawn({ name: `${at}`, program: forever });
    sim.run(50 * MS);
    const nodes = new Set([...sim.tasks].map((task) => sim.topology.cpus[task.cpu].node));
    assert.equal(nodes.size, 8);
    for (let at = 8; at < 64; at++) sim.spawn({ name: `${at}`, program: forever });
    sim.run(100 * MS);
    assert.ok(sim.cpus.every(({ current }) => current !== null));
    assert.equal(sim.load.wastedNs, 0);
  });

  it('gives two threads turns of 12 ticks, four of them 4 ticks', () => {
    const turnsOf = (threads: number): number => {
      const sim = new Simulation({ policy: ule(), topology: symmetric(1), costs: NO_COSTS });
      const tasks = Array.from({ length: threads }, (_, at) =>
        sim.spawn({ name: `${at}`, program: forever }),
      );
      sim.run(1000 * TICK);
      return tasks.reduce((sum, { switches }) => sum + switches, 0);
    };
    // The first threads take some ticks to be found not interactive.
    assert.ok(Math.abs(turnsOf(2) - 1000 / 12) <= 3, `${turnsOf(2)}`);
    assert.ok(Math.abs(turnsOf(4) - 1000 / 4) <= 5, `${turnsOf(4)}`);
  });

  it('runs equal threads equally, and nice ones less, but none never', () => {
    const sim = new Simulation({ policy: ule(), topology: symmetric(1), costs: NO_COSTS });
    const [a, b, nice] = [0, 0, 20 - 1].map((each, at) =>
      sim.spawn({ name: `${at}`, nice: each, program: forever }),
    );
    sim.run(30_000 * MS);
    assert.ok(Math.abs(a.runNs - b.runNs) < 0.05 * a.runNs, `${a.runNs} ${b.runNs}`);
    assert.ok(nice.runNs < 0.9 * a.runNs && nice.runNs > 1000 * MS, `${nice.runNs}`);
  });

  it('lets an interactive thread run at once on its own CPU', () => {
    const sim = new Simulation({ policy: ule(), topology: symmetric(1), costs: NO_COSTS });
    for (const name of ['a', 'b', 'c']) sim.spawn({ name, program: forever });
    const waker = sim.spawn({
      name: 'waker',
      *program(t) {
        for (;;) {
          yield t.sleep(20 * MS);
          yield t.compute(MS);
        }
      },
    });
    sim.run(2000 * MS);
    // At first all of them pass for interactive.
    assert.equal(waker.latency.quantile(0.9), 0);
    assert.ok(waker.wakeups > 80, `${waker.wakeups}`);
  });

  it('preempts another CPU for an interactive thread over one that is not, and for no other', () => {
    const wait = (interact: number): number => {
      const sim = new Simulation({ policy: ule({ interact }), topology: symmetric(2), costs: NO_COSTS });
      const [, hog] = [0, 1].map((cpu) =>
        sim.spawn({ name: `hog-${cpu}`, affinity: [cpu], program: forever }),
      );
      const sleeper = sim.spawn({
        name: 'sleeper',
        affinity: [1],
        *program(t) {
          for (;;) {
            yield t.suspend();
            yield t.compute(MS / 10);
          }
        },
      });
      sim.spawn({
        name: 'waker',
        affinity: [0],
        *program(t) {
          for (;;) {
            yield t.sleep(30 * MS);
            yield t.compute(MS / 10);
            yield t.wake(sleeper);
          }
        },
      });
      sim.run(3000 * MS);
      assert.ok(sleeper.wakeups > 20);
      assert.equal(hog.preemptions > 20, interact > 0);
      return sleeper.latency.mean;
    };
    assert.ok(wait(30) < MS);
    // With nobody interactive it waits for the turn of who runs there.
    assert.ok(wait(0) > 10 * MS, `${wait(0)}`);
  });

  it('lets who was preempted by another CPU go on before others', () => {
    const order: string[] = [];
    const listener: SimulationListener = {
      switched: (_now, cpu, from, to) => {
        if (cpu === 1 && to !== null) order.push(from === null ? to.name : `${from.name} ${to.name}`);
      },
    };
    const sim = new Simulation({ policy: ule(), topology: symmetric(2), costs: NO_COSTS, listener });
    for (const name of ['a', 'b', 'c']) sim.spawn({ name, affinity: [1], program: forever });
    const sleeper = sim.spawn({
      name: 's',
      affinity: [1],
      *program(t) {
        for (;;) {
          yield t.suspend();
          yield t.compute(MS / 10);
        }
      },
    });
    sim.spawn({
      name: 'waker',
      affinity: [0],
      *program(t) {
        for (;;) {
          yield t.sleep(30 * MS);
          yield t.compute(MS / 10);
          yield t.wake(sleeper);
        }
      },
    });
    sim.run(2000 * MS);
    // From when the others have been found not to be interactive.
    const late = order.slice(-60);
    const before = late.flatMap((each, at) =>
      each.endsWith(' s') && at < 59 ? [[each[0], late[at + 1][2]]] : [],
    );
    assert.ok(before.length > 15, `${before.length}`);
    for (const [preempted, next] of before) assert.equal(next, preempted);
  });

  it('charges a parent a tick for a fork, and what its children ran; they begin with 2 ticks', () => {
    const sim = new Simulation({ policy: ule(), topology: symmetric(2), costs: NO_COSTS });
    const seen: number[] = [];
    const parent = sim.spawn({
      name: 'parent',
      *program(t) {
        yield t.compute(MS);
        const { data } = parent;
        const before = data.runtime;
        const child = sim.spawn({
          name: 'child',
          *program(own) {
            yield own.compute(20 * TICK);
          },
        });
        seen.push(data.runtime - before, child.data.slice);
        yield t.sleep(500 * MS);
        seen.push(data.runtime - before);
        yield t.compute(MS);
      },
    });
    sim.run(Infinity);
    // 8062 is a tick in ms, shifted by 10; the child runs 20 of them, or 21 that fall into it.
    assert.deepEqual(seen.slice(0, 2), [8062, 10]);
    assert.ok([21, 22].includes(seen[2] / 8062), `${seen[2] / 8062}`);
  });

  /** Where a thread goes that ran on CPU 4 and slept for a time, beside hogs that came meanwhile. */
  function wakesOn(topology: Topology, sleepMs: number, hogs: readonly number[]): number {
    const sim = new Simulation({ policy: ule({ balanceInterval: 0 }), topology, costs: NO_COSTS });
    const sleeper = sim.spawn({
      name: 'sleeper',
      affinity: [4],
      *program(t) {
        yield t.compute(20 * MS);
        yield t.sleep(sleepMs * MS);
        yield t.compute(MS);
      },
    });
    sim.run(20 * MS);
    sleeper.affinity = null;
    for (const cpu of hogs) sim.spawn({ name: `hog-${cpu}`, affinity: [cpu], program: forever });
    sim.run((20.5 + sleepMs) * MS);
    return sleeper.lastCpu;
  }

  it('goes back to its CPU while the cache is warm, if the other threads of the core are idle too', () => {
    assert.equal(wakesOn(desktop(), 1, []), 4);
    // Core 2 is CPUs 4 and 5; the least loaded core is another.
    const other = wakesOn(desktop(), 1, [5]);
    assert.ok(other !== 4 && other !== 5, `${other}`);
  });

  it('looks for an idle CPU of its cache as long as that is warm, then for the least loaded group', () => {
    const cpus = Array.from({ length: 8 }, (_, cpu) => ({ cache: cpu >> 2 }));
    const topology = new Topology({ name: 'two caches', cpus });
    // CPU 4 and two more of its cache are taken, and none of the other.
    assert.equal(wakesOn(topology, 1, [4, 5, 6]), 7);
    assert.ok(wakesOn(topology, 50, [4, 5, 6]) < 4);
    // With nobody idle there it goes elsewhere at once.
    assert.ok(wakesOn(topology, 1, [4, 5, 6, 7]) < 4);
  });

  it('runs a thread where it is woken, if no CPU is idle and that one is not much more loaded', () => {
    const wokenOn = (onWaker: number): number => {
      const sim = new Simulation({
        policy: ule({ balanceInterval: 0 }),
        topology: symmetric(2),
        costs: NO_COSTS,
      });
      const sleeper = sim.spawn({
        name: 'sleeper',
        *program(t) {
          yield t.suspend();
          yield t.compute(MS);
        },
      });
      sim.run(MS);
      sim.spawn({ name: 'hog', affinity: [1], program: forever });
      for (let at = 1; at < onWaker; at++) sim.spawn({ name: `${at}`, affinity: [0], program: forever });
      sim.spawn({
        name: 'waker',
        affinity: [0],
        *program(t) {
          yield t.compute(2000 * MS);
          yield t.wake(sleeper);
          yield t.compute(1000 * MS);
        },
      });
      sim.run(20_000 * MS);
      assert.equal(sleeper.wakeups, 1);
      return sleeper.lastCpu;
    };
    assert.equal(wokenOn(1), 0);
    assert.equal(wokenOn(2), 0);
    assert.equal(wokenOn(3), 1);
  });

  it('steals for a CPU that idles, unless told not to', () => {
    const ran = (stealIdle: boolean): number => {
      const policy = ule({ stealIdle, balanceInterval: 0 });
      const sim = new Simulation({ policy, topology: symmetric(2), costs: NO_COSTS });
      const tasks = [0, 1, 2].map((at) => sim.spawn({ name: `${at}`, affinity: [0], program: forever }));
      sim.spawn({
        name: 'short',
        affinity: [1],
        *program(t) {
          yield t.compute(20 * MS);
        },
      });
      sim.run(10 * MS);
      for (const task of tasks) task.affinity = null;
      sim.run(500 * MS);
      return sim.cpus[1].busyNs / MS;
    };
    assert.equal(ran(true), 500);
    assert.equal(ran(false), 20);
  });

  it('keeps running what there is when CPUs go off and come back', () => {
    const sim = new Simulation({ policy: ule(), topology: symmetric(3), costs: NO_COSTS });
    for (let at = 0; at < 6; at++) sim.spawn({ name: `${at}`, program: forever });
    sim.at(10 * MS, () => sim.offline(2));
    sim.at(60 * MS, () => sim.online(2));
    sim.run(100 * MS);
    assert.deepEqual(
      sim.cpus.map(({ busyNs }) => busyNs / MS),
      [100, 100, 50],
    );
  });

  it('does all the work of any tasks on any machine', () => {
    const task = fc.record({
      nice: fc.integer({ min: -20, max: 19 }),
      priority: fc.constantFrom(100, 100, 100, 50, 145),
      cpus: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), { nil: null }),
      parts: fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 20_000 })), {
        maxLength: 6,
      }),
    });
    const machines = fc.constantFrom(symmetric(1), symmetric(4), desktop(), bigLittle(), bulldozer());
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 12 }), machines, (tasks, topology) => {
        const sim = new Simulation({ policy: ule(), topology, costs: DEFAULT_COSTS });
        for (const [at, { nice, priority, cpus, parts }] of tasks.entries()) {
          const mine = cpus?.filter((cpu) => cpu < topology.count) ?? [];
          sim.spawn({
            name: `${at}`,
            nice,
            priority,
            ...(mine.length > 0 ? { affinity: mine } : {}),
            *program(t) {
              for (const [run, sleep] of parts) {
                yield t.compute(run * 1000);
                yield t.sleep(sleep * 1000);
              }
            },
          });
        }
        if (topology.count > 1) {
          sim.at(5 * MS, () => sim.offline(1));
          sim.at(25 * MS, () => sim.online(1));
        }
        sim.run(Infinity);
        assert.equal(sim.ended.length, tasks.length);
        const ran = sim.ended.reduce((sum, { runNs }) => sum + runNs, 0);
        assert.equal(
          ran,
          sim.cpus.reduce((sum, { busyNs }) => sum + busyNs, 0),
        );
      }),
      { numRuns: 60 },
    );
  });
});
