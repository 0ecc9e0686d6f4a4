import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { cfs } from '../../src/policy/cfs.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import type { Fair } from '../../src/policy/fair-entity.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { bulldozer, symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
const forever: Program = function* (t) {
  for (;;) yield t.compute(1000 * MS);
};
const POLICIES: readonly [string, () => Policy<Fair>][] = [
  ['CFS', cfs],
  ['EEVDF', eevdf],
];

describe('the fair policies of Linux', () => {
  for (const [name, policy] of POLICIES) {
    it(`spread tasks over the CPUs that are idle: ${name}`, () => {
      const sim = new Simulation({ policy: policy(), topology: bulldozer(), costs: NO_COSTS });
      for (let at = 0; at < 64; at++) sim.spawn({ name: `${at}`, program: forever });
      sim.run(50 * MS);
      assert.equal(sim.load.wastedNs, 0);
      assert.ok(sim.cpus.every(({ busyNs }) => busyNs === 50 * MS));
    });

    it(`take work over from others as soon as they have none: ${name}`, () => {
      const sim = new Simulation({ policy: policy(), topology: symmetric(2), costs: NO_COSTS });
      for (const ms of [1, 20, 20]) {
        sim.spawn({
          name: `${ms}`,
          *program(t) {
            yield t.compute(ms * MS);
          },
        });
      }
      sim.run(Infinity);
      assert.equal(sim.load.wastedNs, 0);
      assert.ok(sim.now <= 22 * MS, `${sim.now}`);
    });

    it(`even out queues that have become uneven: ${name}`, () => {
      const sim = new Simulation({ policy: policy(), topology: symmetric(2), costs: NO_COSTS });
      const tasks = Array.from({ length: 4 }, (_, at) =>
        sim.spawn({ name: `${at}`, affinity: [0], program: forever }),
      );
      const other = sim.spawn({ name: 'other', affinity: [1], program: forever });
      sim.run(50 * MS);
      // Only now may they go elsewhere: the other CPU is busy, and has to look.
      for (const task of tasks) task.affinity = null;
      sim.run(1000 * MS);
      assert.ok(tasks.some(({ migrations }) => migrations > 0));
      assert.ok(other.runNs < 700 * MS, `${other.runNs}`);
    });

    it(`run on CPUs that are left when one goes off: ${name}`, () => {
      const sim = new Simulation({ policy: policy(), topology: symmetric(3), costs: NO_COSTS });
      for (let at = 0; at < 6; at++) sim.spawn({ name: `${at}`, program: forever });
      sim.at(10 * MS, () => sim.offline(2));
      sim.at(60 * MS, () => sim.online(2));
      sim.run(100 * MS);
      assert.deepEqual(
        sim.cpus.map(({ busyNs }) => busyNs / MS),
        [100, 100, 50],
      );
    });
  }

  it('let a task that wakes run soon: at once under CFS, after a slice at most under EEVDF', () => {
    const latencyOf = (policy: Policy<Fair>): number => {
      const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
      for (const name of ['a', 'b', 'c']) sim.spawn({ name, program: forever });
      const waker = sim.spawn({
        name: 'waker',
        *program(t) {
          for (;;) {
            yield t.sleep(20 * MS);
            yield t.compute(MS / 10);
          }
        },
      });
      sim.run(2000 * MS);
      return waker.latency.quantile(0.9);
    };
    assert.equal(latencyOf(cfs()), 0);
    const latency = latencyOf(eevdf());
    assert.ok(latency > 0 && latency <= 0.71 * MS, `${latency}`);
  });
});
