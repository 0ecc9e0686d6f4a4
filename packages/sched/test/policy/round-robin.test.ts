import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fifo, roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function endsOf(policy: ReturnType<typeof fifo>): number[] {
  const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
  const tasks = [25, 10, 15].map((ms) =>
    sim.spawn({
      name: `${ms}`,
      *program(t) {
        yield t.compute(ms * MS);
      },
    }),
  );
  sim.run(Infinity);
  return tasks.map(({ endedAt }) => endedAt / MS);
}

describe('round robin', () => {
  it('has everybody run for a quantum in turn', () => {
    // 25, 10 and 15 by tens: a b c a c a.
    assert.deepEqual(endsOf(roundRobin()), [50, 20, 45]);
    assert.deepEqual(endsOf(roundRobin({ quantumNs: 5 * MS })), [50, 25, 40]);
  });

  it('without an end of quanta is first in, first out', () => {
    assert.deepEqual(endsOf(fifo()), [25, 35, 50]);
    assert.deepEqual([fifo().name, roundRobin().name], ['FIFO', 'round robin']);
  });
});
