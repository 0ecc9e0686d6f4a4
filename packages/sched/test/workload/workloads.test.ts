import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { workloadNamed, WORKLOADS } from '../../src/workload/workloads.ts';

/** Options without which there is nothing. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  replay: { text: ' a-5 [000] 1.000000: sched_switch: a:5 [120] S ==> swapper/0:0 [120]' },
  'rt-app': { text: '{"tasks": {"a": {"run": 10, "sleep": 10}}}' },
};

describe('the workloads that have names', () => {
  for (const name of WORKLOADS.keys()) {
    it(`run: ${name}`, () => {
      const sim = new Simulation({ policy: eevdf(), topology: symmetric(4), costs: NO_COSTS });
      const workload = workloadNamed(name, NEEDED[name]);
      workload.start(sim);
      sim.run(50_000_000);
      assert.ok(sim.tasks.size + sim.ended.length > 0);
      assert.ok((workload.figures?.() ?? []).every(({ value }) => Number.isFinite(value)));
      assert.throws(() => workloadNamed(name, { nonsense: 1 }), /has no option "nonsense": known are/);
    });
  }

  it('are told when a name is none', () => {
    assert.throws(() => workloadNamed('rt-app'), /"rt-app" needs the option "text"/);
    assert.throws(() => workloadNamed('possion'), {
      name: 'WorkloadError',
      message: /there is no workload "possion": known are poisson, bursty, /,
    });
  });
});
