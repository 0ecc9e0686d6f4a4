import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { cfs } from '../../src/policy/cfs.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { fifo } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { hackbench, type HackbenchOptions } from '../../src/workload/hackbench.ts';

function run(options: HackbenchOptions, cpus: number, policy: Policy<unknown> = fifo()): Map<string, number> {
  const sim = new Simulation<unknown>({ policy, topology: symmetric(cpus), costs: NO_COSTS });
  const workload = hackbench(options);
  assert.deepEqual(workload.figures?.(), []);
  workload.start(sim);
  sim.run(Infinity);
  assert.equal(sim.tasks.size, 0);
  return new Map(workload.figures?.().map(({ name, value }) => [name, value]));
}

describe('hackbench', () => {
  it('sends every message to every receiver, and takes as long as the work does on one CPU', () => {
    const found = run({ groups: 2, fds: 5, loops: 10 }, 1);
    // 2 groups of 5 senders, 5 receivers and 10 loops: 500 messages, 1 us to write and 1 us to read.
    assert.equal(found.get('messages'), 500);
    assert.equal(found.get('time'), 1_000_000);
    assert.equal(found.get('completed'), 1);
  });

  it('is done in a part of the time on more CPUs, whatever the policy and the buffers', () => {
    for (const pipes of [true, false]) {
      const options = { groups: 2, fds: 4, loops: 20, pipes, write: { exponential: 1000 } };
      const [one, four] = [1, 4].map((cpus) => run(options, cpus, cfs({ isScaled: false })).get('time') ?? 0);
      assert.ok(four < one / 2.5 && four > one / 4.1, `${one} and ${four}`);
    }
  });

  it('makes senders wait for receivers when buffers are full', () => {
    const sim = new Simulation<unknown>({ policy: fifo(), topology: symmetric(2), costs: NO_COSTS });
    // Reads take ten times as long as writes: of 2,000 messages 277 fit in.
    const workload = hackbench({ groups: 1, fds: 1, loops: 2000, read: 10_000, forkNs: 0 });
    workload.start(sim);
    sim.run(Infinity);
    const sender = sim.ended.find(({ name }) => name === 'sender-0-0')!;
    assert.ok(sender.wakeups > 1000);
    // It is done when the last 277 are still to be read.
    assert.ok(Math.abs(sender.endedAt - (2000 - 277) * 10_000) < 30_000, `${sender.endedAt}`);
    assert.equal(sim.ended.at(-1)?.name, 'hackbench');
    assert.ok(sim.now >= 20_000_000 || sim.ended.at(-1)!.endedAt >= 20_000_000);
  });
});
