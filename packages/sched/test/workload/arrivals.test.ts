import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { bursty, poisson } from '../../src/workload/arrivals.ts';
import type { Workload } from '../../src/workload/workload.ts';

const S = 1_000_000_000;

function run(workload: Workload, seconds: number, cpus = 1, seed = 1): Map<string, number> {
  const sim = new Simulation({ policy: fifo(), topology: symmetric(cpus), costs: NO_COSTS, seed });
  workload.start(sim);
  sim.run(seconds * S);
  return new Map((workload.figures?.() ?? []).map(({ name, value }) => [name, value]));
}

describe('Poisson arrivals', () => {
  it('come at their rate, and wait as long as theory says (M/M/1, half of the time busy)', () => {
    const found = run(poisson({ ratePerS: 1000, service: { exponential: 500_000 } }), 20);
    const arrived = found.get('arrived') ?? 0;
    assert.ok(Math.abs(arrived - 20_000) < 4 * Math.sqrt(20_000), `${arrived}`);
    const mean = found.get('response mean') ?? 0;
    assert.ok(Math.abs(mean / 1e6 - 1) < 0.1, `${mean} ns instead of 1 ms`);
  });

  it('are the same for the same seed, others for another, and counted anew with each start', () => {
    const workload = poisson({ ratePerS: 1000, count: 50 });
    const once = run(workload, 10);
    assert.equal(once.get('arrived'), 50);
    assert.deepEqual(run(workload, 10), once);
    assert.notDeepEqual(run(workload, 10, 1, 2), once);
  });

  it('count as jobs without deadlines', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(1), costs: NO_COSTS });
    poisson({ ratePerS: 1000, service: 100_000, count: 5 }).start(sim);
    sim.run(Infinity);
    assert.deepEqual(
      sim.ended.map(({ jobs, misses, response, endedAt, createdAt }) => [
        jobs,
        misses,
        response.max === endedAt - createdAt,
      ]),
      Array.from({ length: 5 }, () => [1, 0, true]),
    );
  });

  it('forget what came in a warm-up', () => {
    const sim = new Simulation({ policy: fifo(), topology: symmetric(1), costs: NO_COSTS });
    const workload = poisson({ ratePerS: 1000, service: 5_000_000 });
    workload.start(sim);
    sim.run(S);
    const figure = (name: string): number =>
      workload.figures?.().find((each) => each.name === name)?.value ?? Number.NaN;
    const came = figure('arrived');
    workload.warmedUp?.();
    assert.equal(figure('arrived'), 0);
    sim.run(2 * S);
    assert.ok(figure('arrived') < 1.2 * came);
    // 200 in a second are all that can be done; the queue of the first second is still there.
    assert.equal(figure('completed'), 200);
    assert.ok(figure('response p50') > 0.5 * S);
  });

  it('say what they want, and warn when the machine has less', () => {
    const workload = poisson({ ratePerS: 100, service: 30_000_000 });
    assert.equal(workload.utilization, 3);
    run(workload, 0.1, 4);
    assert.deepEqual(workload.warnings, []);
    run(workload, 0.1, 2);
    assert.deepEqual(workload.warnings, ['3.00 CPUs are wanted and there are 2: the queue grows for ever']);
    assert.throws(() => poisson({ ratePerS: 0 }), /ratePerS is 0: a number above 0/);
  });
});

describe('arrivals in bursts', () => {
  it('come only while it is on', () => {
    const times: number[] = [];
    const sim = new Simulation({
      policy: fifo(),
      topology: symmetric(1),
      costs: NO_COSTS,
      listener: { created: (now) => void times.push(now / 1e6) },
    });
    const workload = bursty({ ratePerS: 1000, service: 0, on: 10_000_000, off: 90_000_000 });
    workload.start(sim);
    sim.run(S);
    // On from 0 to 10 ms, from 100 to 110 ms, and so on: ten of them, of ten arrivals each on average.
    assert.ok(times.every((ms) => ms % 100 <= 10));
    assert.ok(times.length > 60 && times.length < 140, `${times.length}`);
    assert.ok(new Set(times.map((ms) => Math.floor(ms / 100))).size > 8);
  });

  it('want a part of what they want while on', () => {
    assert.equal(bursty({ ratePerS: 100, service: 10_000_000, on: 3, off: 1 }).utilization, 0.75);
    assert.throws(() => bursty({ on: 0 }), /is never on/);
  });
});
