import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { mlfq } from '../../src/policy/mlfq.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

describe('MLFQ', () => {
  it('lets who uses little of its time run before who uses all of it', () => {
    const sim = new Simulation({ policy: mlfq(), topology: symmetric(1), costs: NO_COSTS });
    sim.spawn({
      name: 'batch',
      *program(t) {
        for (;;) yield t.compute(1000 * MS);
      },
    });
    const typist = sim.spawn({
      name: 'typist',
      *program(t) {
        for (;;) {
          yield t.compute(MS / 10);
          yield t.sleep(50 * MS);
        }
      },
    });
    sim.run(900 * MS);
    // At first both are at the top; it never waits from then on.
    assert.ok(typist.latency.max <= 10 * MS);
    assert.equal(typist.latency.quantile(0.9), 0);
  });

  it('demotes who gives way just before its quantum is over, as rule 4 says', () => {
    const sim = new Simulation({
      policy: mlfq({ boostNs: Infinity }),
      topology: symmetric(1),
      costs: NO_COSTS,
    });
    const gamer = sim.spawn({
      name: 'gamer',
      *program(t) {
        for (;;) {
          yield t.compute(9 * MS);
          yield t.sleep(1);
        }
      },
    });
    sim.run(200 * MS);
    assert.equal(gamer.data.level, 2);
  });

  it('starves nobody: all are back at the top every so often', () => {
    const starving = (boostNs: number): number => {
      const sim = new Simulation({ policy: mlfq({ boostNs }), topology: symmetric(1), costs: NO_COSTS });
      const batch = sim.spawn({
        name: 'batch',
        *program(t) {
          for (;;) yield t.compute(1000 * MS);
        },
      });
      sim.run(100 * MS);
      const before = batch.runNs;
      // Together they want all of the CPU, and none of them its quantum.
      for (const name of ['a', 'b', 'c']) {
        sim.spawn({
          name,
          *program(t) {
            for (let turn = 0; ; turn++) {
              yield t.compute(2 * MS);
              yield t.sleep(4 * MS - 1);
            }
          },
        });
      }
      sim.run(120 * MS);
      return batch.runNs - before;
    };
    assert.ok(starving(10_000 * MS) < MS);
    assert.ok(starving(50 * MS) >= 0);
  });
});
