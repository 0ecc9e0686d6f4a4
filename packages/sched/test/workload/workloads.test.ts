import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import type { Workload } from '../../src/workload/workload.ts';
import { workloadNamed, WORKLOADS } from '../../src/workload/workloads.ts';

/** Options without which there is nothing. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  replay: { text: ' a-5 [000] 1.000000: sched_switch: a:5 [120] S ==> swapper/0:0 [120]' },
  'rt-app': { text: '{"tasks": {"a": {"run": 10, "sleep": 10}}}' },
};

describe('the workloads that have names', () => {
  for (const name of WORKLOADS.keys()) {
    it(`run, the same each time for the same seed: ${name}`, () => {
      const workload = workloadNamed(name, NEEDED[name]);
      const run = (started: Workload): unknown => {
        const sim = new Simulation({ policy: eevdf(), topology: symmetric(4), costs: NO_COSTS });
        started.start(sim);
        sim.run(40_000_000);
        assert.ok(sim.tasks.size + sim.ended.length > 0);
        return {
          events: sim.events,
          busy: sim.cpus.map(({ busyNs }) => busyNs),
          figures: started.figures?.(),
        };
      };
      const first = run(workload);
      assert.ok((workload.figures?.() ?? []).every(({ value }) => Number.isFinite(value)));
      // It keeps nothing from one start to the next.
      assert.deepEqual(run(workload), first);
      assert.deepEqual(run(workloadNamed(name, NEEDED[name])), first);
      assert.throws(() => workloadNamed(name, { nonsense: 1 }), /has no option "nonsense": known are/);
    });
  }

  it('want the same work of every task whatever the policy: policies can be compared in pairs', () => {
    const small: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      hackbench: { groups: 1, fds: 3, loops: 5, write: { exponential: 1000 }, read: { exponential: 1000 } },
      make: { files: 20, jobs: 5 },
      'fork-storm': { parents: 2, children: 40 },
      poisson: { count: 50, ratePerS: 800 },
      bursty: { count: 50 },
    };
    for (const [name, options] of Object.entries(small)) {
      const policies: Policy<unknown>[] = [eevdf(), roundRobin({ quantumNs: 300_000 })];
      const works = policies.map((policy) => {
        const sim = new Simulation<unknown>({ policy, topology: symmetric(2), costs: NO_COSTS });
        workloadNamed(name, options).start(sim);
        sim.run(Infinity);
        return sim.ended.map((task): [string, number] => [task.name, task.runNs]).toSorted();
      });
      assert.ok(works[0].length > 5);
      assert.deepEqual(works[0], works[1], name);
    }
  });

  it('draw periods as data has it', () => {
    const periods = (options: Readonly<Record<string, unknown>>): number[] => {
      const sim = new Simulation({ policy: eevdf(), topology: symmetric(4), costs: NO_COSTS });
      const tasks = { tasks: 60, utilization: 1, periodFromNs: 1e6, periodToNs: 1e9, ...options };
      workloadNamed('periodic', tasks).start(sim);
      return [...sim.tasks].map(({ periodNs }) => periodNs / 1e6).toSorted((a, b) => a - b);
    };
    assert.ok(Math.abs(periods({ periodLaw: 'uniform' })[30] - 500) < 200);
    assert.ok(periods({})[30] < 100);
    assert.deepEqual([...new Set(periods({ periodsNs: [5e6, 8e6] }))], [5, 8]);
  });

  it('are told when a name is none', () => {
    assert.throws(() => workloadNamed('rt-app'), /"rt-app" needs the option "text"/);
    assert.throws(
      () => workloadNamed('periodic', { method: 'x' }),
      /"method" is "x": known are randfixedsum/,
    );
    assert.throws(() => workloadNamed('periodic', { periodLaw: 'x' }), /"periodLaw" is "x": known are log-/);
    assert.throws(() => workloadNamed('possion'), {
      name: 'WorkloadError',
      message: /there is no workload "possion": known are poisson, busy, interactive, bursty, /,
    });
  });
});
