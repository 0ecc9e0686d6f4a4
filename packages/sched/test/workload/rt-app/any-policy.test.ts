import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS } from '../../../src/cost-model.ts';
import { POLICIES, policyNamed } from '../../../src/policy/policies.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { bigLittle, desktop, symmetric } from '../../../src/topology/presets.ts';
import { WorkloadError } from '../../../src/workload/workload.ts';
import { rtApp } from '../../../src/workload/rt-app/rt-app.ts';

const us = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const event = fc.oneof(
  us(3000).map((time) => `"run": ${time}`),
  us(1000).map((time) => `"runtime": ${time}`),
  us(3000).map((time) => `"sleep": ${time}`),
  fc.integer({ min: 1, max: 5000 }).map((time) => `"timer": {"ref": "unique", "period": ${time}}`),
  fc.constantFrom('"yield": ""', '"sem_post": "s"', '"broad": "c"', '"resume": "t0"', '"mem": 5'),
  fc
    .tuple(fc.constantFrom('m', 'n'), us(1000))
    .map(([name, time]) => `"lock": "${name}", "run": ${time}, "unlock": "${name}"`),
);

const scheduling = fc.oneof(
  fc.constant(''),
  fc.integer({ min: -20, max: 19 }).map((nice) => `"policy": "SCHED_OTHER", "priority": ${nice},`),
  fc.integer({ min: 1, max: 99 }).map((priority) => `"policy": "SCHED_FIFO", "priority": ${priority},`),
  fc.constant('"policy": "SCHED_IDLE",'),
);
const cpus = fc.oneof(
  fc.constant(''),
  fc.uniqueArray(us(3), { minLength: 1, maxLength: 3 }).map((list) => `"cpus": [${list.join()}],`),
);
const phase = fc
  .tuple(fc.integer({ min: 1, max: 3 }), scheduling, cpus, fc.array(event, { minLength: 1, maxLength: 5 }))
  .map(([loop, rank, on, events]) => `{"loop": ${loop}, ${rank} ${on} ${events.join()}}`);
const thread = fc
  .tuple(us(2), us(5000), scheduling, cpus, fc.array(phase, { minLength: 1, maxLength: 3 }))
  .map(([instance, delay, rank, on, phases]) => {
    const all = phases.map((each, at) => `"p${at}": ${each}`);
    return `{"instance": ${instance}, "delay": ${delay}, "loop": 2, ${rank} ${on} "phases": {${all.join()}}}`;
  });
const file = fc
  .tuple(fc.boolean(), fc.array(thread, { minLength: 1, maxLength: 5 }))
  .map(([isPi, threads]) => {
    const tasks = threads.map((each, at) => `"t${at}": ${each}`);
    return `{"global": {"pi_enabled": ${isPi}}, "tasks": {${tasks.join()}}}`;
  });

describe('any rt-app file', () => {
  it('runs to its end under every policy, changing ranks and CPUs as it goes', () => {
    const topology = fc.constantFrom(symmetric(4), desktop(), bigLittle());
    fc.assert(
      fc.property(file, fc.constantFrom(...POLICIES.keys()), topology, (text, name, machine) => {
        const policy = policyNamed(name);
        const sim = new Simulation({ policy, topology: machine, costs: DEFAULT_COSTS });
        rtApp(text).start(sim);
        sim.run(1_000_000_000_000);
        const ran = sim.ended.reduce((sum, { runNs }) => sum + runNs, 0);
        const busy = sim.cpus.reduce((sum, { busyNs }) => sum + busyNs, 0);
        assert.equal(sim.tasks.size, 0, [...sim.tasks].map((task) => task.name).join());
        assert.ok(Math.abs(ran - busy) < 1, `${ran} of ${busy}`);
      }),
      { numRuns: 150 },
    );
  });

  it('cut off or changed anywhere is refused with its place, if it is', () => {
    const cut = fc.tuple(file, fc.nat(), fc.constantFrom('', '}', '"', ',', '-', 'x', '[', '\n', '//', '5'));
    fc.assert(
      fc.property(cut, ([text, at, instead]) => {
        const from = at % text.length;
        try {
          rtApp(text.slice(0, from) + instead + text.slice(from + 1), { file: 'f' });
        } catch (error) {
          assert.ok(error instanceof WorkloadError, String(error));
          assert.match(error.message, /^f:\d+:\d+: /);
        }
      }),
      { numRuns: 500 },
    );
  });
});
