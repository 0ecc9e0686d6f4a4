import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { cfs } from '../../src/policy/cfs.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { ule } from '../../src/policy/ule.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
const forever: Program = function* (t) {
  for (;;) yield t.compute(1000 * MS);
};

/**
 * What a batch thread gets of a CPU in 8 s, after 2, beside 8 threads that want 1.23 CPUs, and sleep most
 * of the time.
 */
function fiboAmong<D>(policy: Policy<D>): { part: number; interactive: number } {
  const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
  const fibo = sim.spawn({ name: 'fibo', program: forever });
  const threads = Array.from({ length: 8 }, (_, at) =>
    sim.spawn({
      name: `sysbench-${at}`,
      *program(t) {
        yield t.sleep(at * MS);
        for (;;) {
          yield t.compute(2 * MS);
          yield t.sleep(11 * MS);
        }
      },
    }),
  );
  sim.run(2000 * MS);
  const before = fibo.runNs;
  sim.run(10_000 * MS);
  const interactive = threads.reduce((sum, { runNs }) => sum + runNs, 0) / (10_000 * MS);
  return { part: (fibo.runNs - before) / (8000 * MS), interactive };
}

/**
 * 128 threads that spin on one of 8 CPUs, from when they may run anywhere: the largest and the least load
 * after a time.
 */
function spread(loadOf: (cpu: number) => number): number {
  const loads = Array.from({ length: 8 }, (_, cpu) => loadOf(cpu));
  return Math.max(...loads) - Math.min(...loads);
}

function spinning<D>(policy: Policy<D>): Simulation<D> {
  const sim = new Simulation({ policy, topology: symmetric(8), costs: NO_COSTS });
  const tasks = Array.from({ length: 128 }, (_, at) =>
    sim.spawn({ name: `spin-${at}`, affinity: [0], program: forever }),
  );
  sim.run(100 * MS);
  for (const task of tasks) task.affinity = null;
  return sim;
}

function loads<D>(sim: Simulation<D>): (cpu: number) => number {
  return (cpu) => [...sim.tasks].filter((task) => task.cpu === cpu).length;
}

describe('the battle of the schedulers (Bouron et al., ATC 2018)', () => {
  it('batch starves behind interactive threads under ULE, not under CFS (published: fibo stops)', () => {
    const under = fiboAmong(ule());
    assert.ok(under.part < 0.01, `${under.part}`);
    assert.ok(under.interactive > 0.9);
    // Nine threads: CFS owes each a ninth.
    assert.ok(fiboAmong(cfs()).part > 0.09);
  });

  it('ULE moves 112 of 128 threads to 8 CPUs, one a balance (published: 512 to 32, some 450)', () => {
    const policy = ule();
    const sim = spinning(policy);
    // CPU 0 has 128, and is to have 16; no CPU steals, as none becomes idle: each balance takes one from it.
    const before = policy.balances;
    let balanced = -1;
    for (let s = 1; s <= 130 && balanced === -1; s++) {
      sim.run(s * 1000 * MS);
      if (spread(loads(sim)) === 0) balanced = policy.balances - before;
    }
    assert.equal(balanced, 112);
  });

  it('CFS is nearly balanced after 0.2 s of it (published: 0.2 s, never perfectly)', () => {
    const sim = spinning(cfs());
    sim.run(300 * MS);
    assert.ok(spread(loads(sim)) <= 4, `${spread(loads(sim))}`);
  });
});
