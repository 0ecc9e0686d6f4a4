import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { bsd4 } from '../../src/policy/bsd4.ts';
import type { Bsd4 } from '../../src/policy/bsd4-estimate.ts';
import type { Bsd4Options } from '../../src/policy/bsd4-options.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const MS = 1_000_000;

function machine(topology: Topology, options: Bsd4Options = {}): Simulation<Bsd4> {
  return new Simulation({ policy: bsd4(options), topology, costs: NO_COSTS });
}

const works = (ms: number): Program =>
  function* (t) {
    yield t.compute(ms * MS);
  };

const threads = new Topology({ cpus: [0, 0, 1, 1].map((core) => ({ core })) });

describe('usched_bsd4', () => {
  it('gives turns of 100 ms to who never gets worse', () => {
    const sim = machine(symmetric(1));
    const tasks = ['a', 'b'].map((name) => sim.spawn({ name, priority: 50, program: works(1000) }));
    sim.run(250 * MS);
    assert.deepEqual(
      tasks.map(({ runNs }) => runNs),
      [150 * MS, 100 * MS],
    );
  });

  it('has one queue for all: three have two thirds of a CPU each on two', () => {
    const sim = machine(symmetric(2));
    const tasks = ['a', 'b', 'c'].map((name) => sim.spawn({ name, program: works(100_000) }));
    sim.run(20_000 * MS);
    for (const { name, runNs } of tasks)
      assert.ok(Math.abs(runNs - 13_333 * MS) < 500 * MS, `${name} ran ${runNs}`);
    assert.equal(sim.load.wastedNs, 0);
  });

  it('prefers cores that are free, if it knows of threads', () => {
    const beside = (smt: boolean): number => {
      const sim = machine(threads, { smt });
      sim.spawn({ name: 'first', affinity: [3], program: works(100) });
      sim.run(0);
      const second = sim.spawn({ name: 'second', program: works(10) });
      sim.run(MS);
      return second.cpu;
    };
    // The next in turn is CPU 2, of the same core as 3.
    assert.equal(beside(false), 2);
    assert.equal(beside(true), 0);
  });

  it('without a free core goes beside who is the best, who is likely to sleep soon', () => {
    const sim = machine(threads);
    sim.spawn({ name: 'batch', nice: 10, affinity: [0], program: works(100) });
    sim.spawn({ name: 'better', nice: -10, affinity: [2], program: works(100) });
    sim.run(0);
    const third = sim.spawn({ name: 'third', affinity: [1, 3], program: works(100) });
    sim.run(MS);
    assert.equal(third.cpu, 3);
  });

  it('lets who wakes have its CPU back from somebody worse, or has it take an idle one', () => {
    const sim = machine(symmetric(2), { smt: false });
    sim.spawn({ name: 'batch', nice: 19, affinity: [1], program: works(1000) });
    sim.run(0);
    const waking = sim.spawn({
      name: 'waking',
      *program(t) {
        for (;;) {
          yield t.compute(MS);
          yield t.sleep(9 * MS);
        }
      },
    });
    sim.run(100 * MS);
    assert.equal(waking.latency.max, 0);
    assert.equal(waking.migrations, 0);
  });

  it('tells a CPU that runs somebody worse, from the next in turn on', () => {
    const sim = machine(symmetric(3));
    for (const cpu of [0, 1, 2])
      sim.spawn({ name: `batch ${cpu}`, nice: 19, affinity: [cpu], program: works(100) });
    sim.run(MS);
    const fresh = sim.spawn({ name: 'fresh', program: works(1) });
    sim.run(1.5 * MS);
    // The fourth of the scan: 4 mod 3.
    assert.equal(fresh.cpu, 1);
    assert.equal(sim.load.waiting, 1);
  });

  it('leaves work to the CPU that it was on, when its own gives way, and takes it with the next tick', () => {
    const endedAt = (cacheCoherent: boolean): number => {
      const sim = machine(symmetric(2), { cacheCoherent, smt: false });
      sim.spawn({ name: 'urgent', priority: 0, affinity: [1], program: works(8) });
      const moving = sim.spawn({
        name: 'moving',
        *program(t) {
          yield t.sleepUntil(10 * MS);
          // Wakes on CPU 0, where it slept, and waits: both run real-time threads.
          yield t.compute(MS);
        },
      });
      sim.run(9 * MS);
      for (const [cpu, ms] of [
        [0, 100],
        [1, 4],
      ])
        sim.spawn({ name: `urgent ${cpu}`, priority: 0, affinity: [cpu], program: works(ms) });
      sim.run(Infinity);
      return moving.endedAt / MS;
    };
    // CPU 1 gives way at 13 ms.
    assert.equal(endedAt(false), 14);
    assert.equal(endedAt(true), 21);
  });

  it('tells an idle CPU of a thread that has to give way', () => {
    const sim = machine(symmetric(2));
    sim.spawn({ name: 'other', affinity: [1], program: works(5) });
    const batch = sim.spawn({ name: 'batch', program: works(20) });
    sim.spawn({
      name: 'urgent',
      priority: 0,
      affinity: [0],
      *program(t) {
        yield t.sleepUntil(10 * MS);
        yield t.compute(30 * MS);
      },
    });
    sim.run(9 * MS);
    assert.equal(batch.cpu, 0);
    sim.run(Infinity);
    assert.deepEqual([batch.endedAt, batch.lastCpu, batch.migrations], [20 * MS, 1, 1]);
  });

  it('charges forks, and has children begin half way to a batch job', () => {
    const sim = machine(symmetric(1));
    const parent = sim.spawn({
      name: 'parent',
      *program(t) {
        yield t.compute(MS);
        const child = sim.spawn({ name: 'child', program: works(1) });
        assert.deepEqual([child.data.estcpu, child.data.batch], [2048, 750]);
      },
    });
    sim.run(Infinity);
    assert.equal(parent.data.estcpu, 32);
    assert.equal(sim.ended.length, 2);
  });
});
