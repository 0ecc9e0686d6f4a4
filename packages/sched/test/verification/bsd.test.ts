import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS, NO_COSTS } from '../../src/cost-model.ts';
import { bsd4 } from '../../src/policy/bsd4.ts';
import { dfly } from '../../src/policy/dfly.ts';
import { fourBsd } from '../../src/policy/four-bsd.ts';
import { lwkt } from '../../src/policy/lwkt.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program } from '../../src/task/task.ts';
import { desktop, symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const MS = 1_000_000;

const POLICIES: Readonly<Record<string, () => Policy<unknown>>> = {
  LWKT: () => lwkt(),
  'LWKT, placed': () => lwkt({ placement: 'least' }),
  usched_bsd4: () => bsd4(),
  'usched_bsd4, any CPU': () => bsd4({ smt: false, cacheCoherent: false }),
  '4BSD': () => fourBsd(),
  '4BSD, fuzzy': () => fourBsd({ runqFuzz: 3 }),
  usched_dfly: () => dfly(),
  'usched_dfly without pulls': () => dfly({ features: 0x20 }),
  'usched_dfly with everything': () => dfly({ features: 0x5f, fastResched: 8 }),
};

/** Machines of several shapes. */
const MACHINES: readonly Topology[] = [
  symmetric(1),
  symmetric(3),
  desktop(),
  new Topology({
    cpus: Array.from({ length: 8 }, (_, cpu) => ({ core: cpu >> 1, cache: cpu >> 2, node: 0 })),
  }),
  new Topology({
    cpus: Array.from({ length: 6 }, (_, cpu) => {
      const node = Math.floor(cpu / 3);
      return { cache: node, socket: node, node };
    }),
  }),
];

interface Spec {
  readonly nice: number;
  readonly priority: number;
  readonly steps: readonly { readonly work: number; readonly pause: number }[];
  readonly cpu: number;
  readonly forks: boolean;
}

const anyTask: fc.Arbitrary<Spec> = fc.record({
  nice: fc.integer({ min: -20, max: 19 }),
  priority: fc.constantFrom(100, 100, 100, 100, 3, 60, 140),
  steps: fc.array(
    fc.record({ work: fc.integer({ min: 0, max: 60 }), pause: fc.integer({ min: -1, max: 40 }) }),
    {
      maxLength: 6,
    },
  ),
  cpu: fc.integer({ min: -8, max: 15 }),
  forks: fc.boolean(),
});

function workOf({ steps }: Spec): number {
  return steps.reduce((sum, { work }) => sum + work * MS, 0);
}

/** Does its steps; a pause below 0 is a yield. Who forks makes a child that does the same. */
function programOf(sim: Simulation<unknown>, spec: Spec, isChild: boolean): Program {
  return function* (t) {
    for (const [at, { work, pause }] of spec.steps.entries()) {
      yield t.compute(work * MS);
      if (at === 0 && spec.forks && !isChild)
        sim.spawn({ name: `${t.task.name}'s child`, nice: spec.nice, program: programOf(sim, spec, true) });
      if (pause < 0) yield t.yield();
      else yield t.sleep(pause * MS);
    }
  };
}

describe('policies of the BSDs', () => {
  for (const [name, make] of Object.entries(POLICIES)) {
    it(`${name}: whatever tasks do, on whatever machine, all their work is done`, () => {
      fc.assert(
        fc.property(
          fc.array(anyTask, { minLength: 1, maxLength: 14 }),
          fc.constantFrom(...MACHINES),
          fc.constantFrom(NO_COSTS, DEFAULT_COSTS),
          fc.boolean(),
          (specs, topology, costs, switchesOff) => {
            const sim = new Simulation({ policy: make(), topology, costs });
            for (const [at, spec] of specs.entries()) {
              const affinity = spec.cpu < 0 || spec.cpu >= topology.count ? {} : { affinity: [spec.cpu] };
              sim.spawn({
                name: `task ${at}`,
                nice: spec.nice,
                priority: spec.priority,
                ...affinity,
                program: programOf(sim, spec, false),
              });
            }
            if (switchesOff && topology.count > 1) {
              sim.at(25 * MS, () => sim.offline(1));
              sim.at(95 * MS, () => sim.online(1));
            }
            sim.run(60_000 * MS);
            assert.equal(sim.tasks.size, 0);
            const ran = sim.ended.reduce((sum, { runNs }) => sum + runNs, 0);
            assert.equal(
              sim.cpus.reduce((sum, { busyNs }) => sum + busyNs, 0),
              ran,
            );
            const wanted = specs.reduce((sum, spec) => {
              const isTwo = spec.forks && spec.steps.length > 0;
              return sum + workOf(spec) * (isTwo ? 2 : 1);
            }, 0);
            // Threads of a core slow each other down; nothing makes work less.
            if (topology.cpus.every((_, cpu) => topology.siblingsOf(cpu).length === 0))
              assert.equal(ran, wanted);
            else assert.ok(ran >= wanted);
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});

/** What part of the CPUs tasks of these nice values have, who always want one. */
function shares(policy: Policy<unknown>, cpus: number, nices: readonly number[], forMs: number): number[] {
  const sim = new Simulation({ policy, topology: symmetric(cpus), costs: NO_COSTS });
  const tasks = nices.map((nice, at) =>
    sim.spawn({
      name: `task ${at}`,
      nice,
      *program(t) {
        for (;;) yield t.compute(1000 * MS);
      },
    }),
  );
  sim.run(forMs * MS);
  return tasks.map(({ runNs }) => runNs / (forMs * MS));
}

const SHARING: Readonly<Record<string, () => Policy<unknown>>> = {
  usched_bsd4: () => bsd4(),
  usched_dfly: () => dfly(),
  '4BSD': () => fourBsd(),
};

describe('shares under usched_bsd4, usched_dfly and 4BSD', () => {
  for (const [name, make] of Object.entries(SHARING)) {
    it(`${name}: equals have the same within seconds, of one CPU and of two`, () => {
      for (const share of shares(make(), 1, [0, 0, 0, 0], 10_000))
        assert.ok(Math.abs(share - 0.25) < 0.03, `${share}`);
      for (const share of shares(make(), 2, [0, 0, 0, 0, 0], 20_000))
        assert.ok(Math.abs(share - 0.4) < 0.06, `${share}`);
    });

    it(`${name}: who is nicer has less, and nobody nothing`, () => {
      const found = shares(make(), 1, [-10, 0, 10], 30_000);
      assert.ok(found[0] > found[1] && found[1] > found[2], found.join(', '));
      assert.ok(found[2] > 0.01, found.join(', '));
      const extreme = shares(make(), 1, [-20, -20, 19], 200_000);
      assert.ok(extreme[2] > 0, extreme.join(', '));
    });

    // Its work is not in step with the clock, whose every tick it would else be found by.
    it(`${name}: who sleeps much waits little, among hogs`, () => {
      const sim = new Simulation({ policy: make(), topology: symmetric(1), costs: NO_COSTS });
      const hogs = ['a', 'b', 'c'].map((hog) =>
        sim.spawn({
          name: hog,
          *program(t) {
            for (;;) yield t.compute(1000 * MS);
          },
        }),
      );
      const typist = sim.spawn({
        name: 'typist',
        *program(t) {
          for (;;) {
            yield t.compute(2 * MS);
            yield t.sleep(97 * MS);
          }
        },
      });
      sim.run(20_000 * MS);
      assert.ok(typist.latency.quantile(0.9) <= 1 * MS, `${typist.latency.quantile(0.9)}`);
      for (const { runNs } of hogs) assert.ok(runNs > 5000 * MS);
    });
  }
});
