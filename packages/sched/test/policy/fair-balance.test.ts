import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS, NO_COSTS } from '../../src/cost-model.ts';
import { cfs } from '../../src/policy/cfs.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import { BUG_NAMES, type FairBugs } from '../../src/policy/fair-bugs.ts';
import type { Fair } from '../../src/policy/fair-entity.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program, Task } from '../../src/task/task.ts';
import { bigLittle, bulldozer, desktop, symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const MS = 1_000_000;
const forever: Program = function* (t) {
  for (;;) yield t.compute(1000 * MS);
};

/** Two nodes of two caches of two CPUs each. */
function tree(): Topology {
  const cpus = Array.from({ length: 8 }, (_, cpu) => ({ cache: cpu >> 1, socket: cpu >> 2, node: cpu >> 2 }));
  return new Topology({ name: 'tree', cpus });
}

/** CPUs where threads that a thread on CPU 2 makes, and that work, go. */
function places(bugs: FairBugs, count: number): number[] {
  const sim = new Simulation({ policy: cfs({ bugs, balanceTicks: 0 }), topology: tree(), costs: NO_COSTS });
  const tasks: Task[] = [];
  sim.spawn({
    name: 'parent',
    affinity: [2],
    *program(t) {
      for (let at = 0; at < count; at++) tasks.push(sim.spawn({ name: `${at}`, program: forever }));
      yield t.compute(1000 * MS);
    },
  });
  sim.run(1);
  return tasks.map(({ cpu }) => cpu);
}

describe('the balance of the fair policies', () => {
  it('places new threads on idle CPUs, near ones first, then on the least loaded', () => {
    assert.deepEqual(places({}, 7), [3, 0, 1, 4, 5, 6, 7]);
  });

  it('places them in the group with the least load on average, where it has that bug', () => {
    // The other node, with 0 to 256; at 256 both, this node, and in it the cache that is idle.
    assert.deepEqual(places({ groupImbalance: true }, 2), [4, 0]);
  });

  it('places them on the CPU of other nodes that is idle longest', () => {
    const sim = new Simulation({ policy: cfs({ balanceTicks: 0 }), topology: tree(), costs: NO_COSTS });
    for (const cpu of [0, 1, 2, 3]) sim.spawn({ name: `hog-${cpu}`, affinity: [cpu], program: forever });
    for (const cpu of [4, 5, 7]) {
      sim.spawn({
        name: `short-${cpu}`,
        affinity: [cpu],
        *program(t) {
          yield t.compute(cpu === 5 ? 2 * MS : 5 * MS);
        },
      });
    }
    sim.spawn({
      name: 'long',
      affinity: [6],
      *program(t) {
        yield t.compute(20 * MS);
      },
    });
    sim.run(10 * MS);
    assert.equal(sim.spawn({ name: 'new', program: forever }).cpu, 5);
  });

  it('goes back to where it slept if that is idle, else to an idle CPU of that cache', () => {
    const sim = new Simulation({ policy: cfs(), topology: tree(), costs: NO_COSTS });
    const sleeper = sim.spawn({
      name: 'sleeper',
      affinity: [6],
      *program(t) {
        for (;;) {
          yield t.sleep(10 * MS);
          yield t.compute(MS);
        }
      },
    });
    sim.run(15 * MS);
    sleeper.affinity = null;
    sim.run(35 * MS);
    assert.equal(sleeper.lastCpu, 6);
    sim.spawn({ name: 'hog', affinity: [6], program: forever });
    sim.run(45 * MS);
    assert.equal(sleeper.lastCpu, 7);
  });

  it('takes half of the difference at a time: 9 tasks on a CPU and 1 on the other become 5 each', () => {
    const sim = new Simulation({ policy: cfs(), topology: symmetric(2), costs: NO_COSTS });
    const tasks = Array.from({ length: 9 }, (_, at) =>
      sim.spawn({ name: `${at}`, affinity: [0], program: forever }),
    );
    sim.spawn({ name: 'other', affinity: [1], program: forever });
    sim.run(20 * MS);
    for (const task of tasks) task.affinity = null;
    sim.run(30 * MS);
    assert.equal(tasks.filter(({ cpu }) => cpu === 1).length, 4);
  });

  it('leaves 2 and 1 as they are', () => {
    const sim = new Simulation({ policy: cfs(), topology: symmetric(2), costs: NO_COSTS });
    const tasks = [0, 1, 2].map((at) => sim.spawn({ name: `${at}`, program: forever }));
    sim.run(500 * MS);
    assert.equal(
      tasks.reduce((sum, { migrations }) => sum + migrations, 0),
      0,
    );
  });

  it('counts a group as one task: 8 of a group on one CPU weigh no more than the one beside them', () => {
    const uneven = (group?: string): number => {
      const sim = new Simulation({ policy: cfs(), topology: symmetric(2), costs: NO_COSTS });
      const tasks = Array.from({ length: 8 }, (_, at) =>
        sim.spawn({
          name: `${at}`,
          affinity: [0],
          program: forever,
          ...(group === undefined ? {} : { group }),
        }),
      );
      sim.spawn({ name: 'other', affinity: [1], program: forever });
      sim.run(20 * MS);
      for (const task of tasks) task.affinity = null;
      sim.run(200 * MS);
      return tasks.filter(({ cpu }) => cpu === 1).length;
    };
    assert.equal(uneven('make'), 0);
    assert.ok(uneven() >= 3);
  });

  it('has idle CPUs take what waits elsewhere, although they have no ticks', () => {
    const sim = new Simulation({ policy: eevdf(), topology: tree(), costs: NO_COSTS });
    const tasks = Array.from({ length: 8 }, (_, at) =>
      sim.spawn({ name: `${at}`, affinity: [0], program: forever }),
    );
    sim.run(20 * MS);
    for (const task of tasks) task.affinity = null;
    sim.run(40 * MS);
    assert.deepEqual(tasks.map(({ cpu }) => cpu).toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('does all the work of any tasks on any machine, with any bugs, while CPUs go and come', () => {
    const task = fc.record({
      nice: fc.integer({ min: -20, max: 19 }),
      cpus: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }), { nil: null }),
      group: fc.constantFrom(undefined, 'a', 'b'),
      parts: fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 0, max: 10_000 })), {
        maxLength: 6,
      }),
    });
    const machines = fc.constantFrom(symmetric(1), symmetric(4), tree(), desktop(), bigLittle(), bulldozer());
    const bugs = fc
      .subarray([...BUG_NAMES])
      .map((names): FairBugs => Object.fromEntries(names.map((name) => [name, true])));
    const policies = fc.oneof(
      bugs.map((each): Policy<Fair> => cfs({ bugs: each })),
      fc.constant(null).map((): Policy<Fair> => eevdf()),
    );
    const tasks = fc.array(task, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(tasks, machines, policies, (given, topology, policy) => {
        const sim = new Simulation({ policy, topology, costs: DEFAULT_COSTS });
        for (const [at, { nice, cpus, group, parts }] of given.entries()) {
          const mine = cpus?.filter((cpu) => cpu < topology.count) ?? [];
          sim.spawn({
            name: `${at}`,
            nice,
            ...(group === undefined ? {} : { group }),
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
          sim.at(15 * MS, () => sim.offline(0));
          sim.at(25 * MS, () => sim.online(1));
          sim.at(35 * MS, () => sim.online(0));
        }
        // Two CPUs are off at once where there are more than these.
        if (topology.count > 2) sim.at(10 * MS, () => sim.offline(2));
        sim.run(Infinity);
        assert.equal(sim.ended.length, given.length);
        const ran = sim.ended.reduce((sum, { runNs }) => sum + runNs, 0);
        const busy = sim.cpus.reduce((sum, { busyNs }) => sum + busyNs, 0);
        assert.ok(Math.abs(ran - busy) < 1, `${ran} ${busy}`);
      }),
      { numRuns: 60 },
    );
  });
});
