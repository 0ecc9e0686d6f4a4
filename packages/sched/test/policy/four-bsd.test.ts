import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fourBsd } from '../../src/policy/four-bsd.ts';
import type { FourBsd } from '../../src/policy/four-bsd-estimate.ts';
import type { FourBsdOptions } from '../../src/policy/four-bsd-options.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
/** A tick of 127 Hz. */
const TICK = 7_874_016;

function machine(cpus: number, options: FourBsdOptions = {}): Simulation<FourBsd> {
  return new Simulation({ policy: fourBsd(options), topology: symmetric(cpus), costs: NO_COSTS });
}

const works = (ms: number): Program =>
  function* (t) {
    yield t.compute(ms * MS);
  };

describe('4BSD', () => {
  it('gives turns of 12 ticks of 127 Hz', () => {
    const sim = machine(1);
    const tasks = ['a', 'b'].map((name) => sim.spawn({ name, priority: 50, program: works(1000) }));
    sim.run(30 * TICK);
    assert.deepEqual(
      tasks.map(({ runNs }) => runNs),
      [18 * TICK, 12 * TICK],
    );
  });

  it('counts a tick for each that finds a thread running, and forgets a third each second alone', () => {
    const sim = machine(1);
    const hog = sim.spawn({ name: 'hog', program: works(10_000) });
    sim.run(999 * MS);
    assert.equal(hog.data.estcpu, 126);
    // With the tick after the second: 126 * 2 / 3, and 1.
    sim.run(1001 * MS);
    assert.equal(hog.data.estcpu, 85);
    assert.equal(hog.data.priority, 140 + 10);
  });

  it('has a child begin as its parent is, with a tick, and its parent have what it has used', () => {
    const sim = machine(1);
    let child: { readonly estcpu: number; readonly slice: number } | null = null;
    const parent = sim.spawn({
      name: 'parent',
      *program(t) {
        yield t.compute(10 * TICK + 10);
        const { data } = sim.spawn({ name: 'child', program: works(1) });
        child = { estcpu: data.estcpu, slice: data.slice };
        yield t.sleep(2 * MS);
      },
    });
    sim.run(Infinity);
    assert.deepEqual(child, { estcpu: 10, slice: 1 });
    assert.equal(parent.data.estcpu, 20);
  });

  it('tells an idle CPU of who becomes runnable, else has the CPU where that happens give way', () => {
    const sim = machine(2);
    const worse = [0, 1].map((cpu) =>
      sim.spawn({ name: `worse ${cpu}`, nice: cpu === 0 ? 5 : 19, affinity: [cpu], program: works(100) }),
    );
    sim.run(MS);
    const waking = sim.spawn({
      name: 'waking',
      *program(t) {
        for (let left = 2; left > 0; left--) {
          yield t.compute(MS);
          yield t.sleep(9 * MS);
        }
      },
    });
    sim.run(20 * MS);
    // It is made on CPU 0, and woken where it ran, though who runs on CPU 1 is worse.
    assert.equal(waking.migrations, 0);
    assert.equal(waking.lastCpu, 0);
    assert.deepEqual(
      worse.map(({ preemptions }) => preemptions),
      [2, 0],
    );
  });

  it('tells an idle CPU of a thread that has to give way', () => {
    const sim = machine(2);
    sim.spawn({ name: 'other', affinity: [1], program: works(5) });
    sim.run(0);
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

  it('has queues for CPUs, for who may not run everywhere; the shorter is chosen', () => {
    const sim = machine(3);
    const pinned = Array.from({ length: 4 }, (_, at) =>
      sim.spawn({ name: `pinned ${at}`, affinity: [1, 2], program: works(300) }),
    );
    sim.run(50 * MS);
    assert.equal(sim.cpus[0].busyNs, 0);
    sim.run(Infinity);
    assert.equal(Math.max(...pinned.map(({ endedAt }) => endedAt)), 600 * MS);
  });

  it('lets who wakes go on where it was, if that is idle', () => {
    const sim = machine(2);
    sim.spawn({ name: 'short', affinity: [0], program: works(1) });
    sim.run(0);
    const waking = sim.spawn({
      name: 'waking',
      *program(t) {
        for (let left = 5; left > 0; left--) {
          yield t.compute(MS);
          yield t.sleep(5 * MS);
        }
      },
    });
    sim.run(Infinity);
    assert.deepEqual([waking.lastCpu, waking.migrations], [1, 0]);
  });

  it('gives a whole turn to who wakes', () => {
    const sim = machine(1);
    const [hog] = ['hog', 'other'].map((name) =>
      sim.spawn({
        name,
        priority: 50,
        *program(t) {
          if (name === 'other') yield t.sleep(23 * TICK);
          yield t.compute(8 * TICK);
          if (name === 'hog') yield t.sleep(12 * TICK);
          yield t.compute(100 * TICK);
        },
      }),
    );
    // It had 8 ticks, and from 20 on it has 12 before it is the other's turn.
    sim.run(40 * TICK);
    assert.equal(hog.runNs, 20 * TICK);
  });

  it('with fuzz takes one that was on the CPU, of the first few', () => {
    const migrations = (runqFuzz: number): number => {
      const sim = machine(2, { runqFuzz });
      const tasks = Array.from({ length: 5 }, (_, at) =>
        sim.spawn({ name: `${at}`, priority: 50, program: works(3000) }),
      );
      sim.run(5000 * MS);
      return tasks.reduce((sum, task) => sum + task.migrations, 0);
    };
    assert.ok(migrations(5) < migrations(1) / 4, `${migrations(5)}, ${migrations(1)}`);
  });

  it('shares three fairly over two CPUs, and wastes nothing', () => {
    const sim = machine(2);
    const tasks = ['a', 'b', 'c'].map((name) => sim.spawn({ name, program: works(100_000) }));
    sim.run(20_000 * MS);
    for (const { name, runNs } of tasks)
      assert.ok(Math.abs(runNs - 13_333 * MS) < 500 * MS, `${name} ran ${runNs}`);
    assert.equal(sim.load.wastedNs, 0);
  });
});
