import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { POLICIES, policyNamed } from '../../src/policy/policies.ts';
import { PolicyError } from '../../src/policy/policy.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

describe('policies by name', () => {
  for (const name of POLICIES.keys()) {
    it(`have ${name}, which runs all the work there is`, () => {
      const sim = new Simulation({ policy: policyNamed(name), topology: symmetric(2), costs: NO_COSTS });
      for (const each of ['a', 'b', 'c']) {
        sim.spawn({
          name: each,
          *program(t) {
            for (let left = 4; left > 0; left--) {
              yield t.compute(30 * MS);
              yield t.sleep(MS);
            }
          },
        });
      }
      sim.run(Infinity);
      assert.equal(sim.ended.length, 3);
      for (const { runNs } of sim.ended) assert.equal(runNs, 120 * MS);
    });
  }

  it('take the options that policies have', () => {
    const policy = policyNamed('rr', { quantumNs: MS });
    const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
    const tasks = ['a', 'b'].map((name) =>
      sim.spawn({
        name,
        *program(t) {
          yield t.compute(10 * MS);
        },
      }),
    );
    sim.run(5 * MS);
    assert.deepEqual(
      tasks.map(({ runNs }) => runNs),
      [3 * MS, 2 * MS],
    );
  });

  it('say what is known when a name, an option or its value is not', () => {
    const refused = (what: () => unknown, why: RegExp): void =>
      assert.throws(what, (error) => error instanceof PolicyError && why.test(error.message));
    refused(() => policyNamed('bsd5'), /^there is no policy "bsd5": known are rr, fifo, mlfq, /);
    refused(
      () => policyNamed('mlfq', { quantum: 1 }),
      /^policy "mlfq" has no option "quantum": known are levels, quantumNs, boostNs$/,
    );
    refused(() => policyNamed('fifo', { quantumNs: 1 }), /known are none$/);
    refused(
      () => policyNamed('mlfq', { levels: 1.5 }),
      /^policy "mlfq": option "levels" is 1.5: a whole number from 1 is needed$/,
    );
    refused(() => policyNamed('rr', { quantumNs: '10ms' }), /is "10ms": a time in ns/);
    refused(() => policyNamed('rr', { quantumNs: Number.NaN }), /is null: a time in ns/);
    refused(() => policyNamed('dfly', { tickNs: 0 }), /"tickNs" is 0: a time in ns above 0 is needed/);
    refused(() => policyNamed('cfs', { isScaled: 1 }), /true or false is needed/);
    refused(() => policyNamed('cfs', { bugs: { none: true } }), /an object of groupImbalance, .* is needed/);
    refused(() => policyNamed('cfs', { bugs: { missingDomains: 1 } }), /each true or false, is needed/);
    assert.equal(policyNamed('cfs', { bugs: { missingDomains: true } }).name, 'CFS');
    refused(() => policyNamed('edf-partitioned', { fit: 'next' }), /one of first, best, worst is needed/);
  });
});
