import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { cfs } from '../../src/policy/cfs.ts';
import { eevdf } from '../../src/policy/eevdf.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { lottery, stride } from '../../src/policy/stride.ts';
import { RandomStream } from '../../src/random-stream.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

/** Shares of one CPU that tasks of these nice values have, who always want it. */
function shares<D>(policy: Policy<D>, nices: readonly number[], forMs = 20_000): number[] {
  const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
  const tasks = nices.map((nice) =>
    sim.spawn({
      name: `nice ${nice}`,
      nice,
      *program(t) {
        for (;;) yield t.compute(1000 * MS);
      },
    }),
  );
  sim.run(forMs * MS);
  return tasks.map(({ runNs }) => runNs / (forMs * MS));
}

function isNear(found: readonly number[], expected: readonly number[], by: number): void {
  for (const [at, share] of expected.entries())
    assert.ok(Math.abs(found[at] - share) < by, `${found.join(', ')} are not ${expected.join(', ')}`);
}

describe('shares of a CPU', () => {
  it('are those of the weights of Linux under CFS, EEVDF and stride', () => {
    for (const shared of [
      (nices: readonly number[]) => shares(cfs(), nices),
      (nices: readonly number[]) => shares(eevdf(), nices),
      (nices: readonly number[]) => shares(stride(), nices),
    ]) {
      isNear(shared([0, 5]), [0.7535, 0.2465], 0.002);
      isNear(shared([0, 1]), [0.555, 0.445], 0.002);
      isNear(shared([0, 0, 0, 0]), [0.25, 0.25, 0.25, 0.25], 0.002);
    }
  });

  it('are never off by more than a quantum between two tasks under stride', () => {
    const quantumNs = 10 * MS;
    const sim = new Simulation({ policy: stride({ quantumNs }), topology: symmetric(1), costs: NO_COSTS });
    const weights = [3, 2, 1];
    const tasks = weights.map((weight) =>
      sim.spawn({
        name: `${weight} tickets`,
        weight,
        *program(t) {
          for (;;) yield t.compute(1000 * MS);
        },
      }),
    );
    for (let quanta = 1; quanta < 600; quanta++) {
      sim.run(quanta * quantumNs);
      for (const [a, one] of tasks.entries()) {
        for (const [b, other] of tasks.entries()) {
          // Of the quanta that the two have had together.
          const both = one.runNs + other.runNs;
          const ideal = (both * weights[a]) / (weights[a] + weights[b]);
          assert.ok(Math.abs(one.runNs - ideal) <= quantumNs, `after ${quanta}: ${one.runNs}, not ${ideal}`);
        }
      }
    }
  });

  it('vary under the lottery as draws do: by n p (1 - p)', () => {
    const runs = 40;
    const quanta = 1000;
    const p = 0.25;
    let squares = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const options = { topology: symmetric(1), costs: NO_COSTS, seed };
      const sim = new Simulation({ policy: lottery({ quantumNs: MS }), ...options });
      const tasks = [1, 3].map((weight) =>
        sim.spawn({
          name: `${weight}`,
          weight,
          *program(t) {
            for (;;) yield t.compute(1000 * MS);
          },
        }),
      );
      sim.run(quanta * MS);
      squares += (tasks[0].runNs / MS - quanta * p) ** 2;
    }
    // Chi-square of 40 draws: between 0.4 and 1.9 of it but for one time in ten thousand.
    const ratio = squares / runs / (quanta * p * (1 - p));
    assert.ok(ratio > 0.4 && ratio < 1.9, `${ratio}`);
  });
});

describe('EEVDF', () => {
  it('owes nobody more than a slice, at any event, with tasks that come, sleep and go', () => {
    const sliceNs = 3 * MS;
    const random = new RandomStream(7, 'lags');
    const policy = eevdf({ sliceNs, isScaled: false });
    let looks = 0;
    const look = (): void => {
      for (const [task, lag] of policy.lagsOf(0)) {
        looks++;
        assert.ok(Math.abs(lag) <= sliceNs + 1, `${task.name} is owed ${lag} ns at ${sim.now}`);
      }
    };
    const listener = { switched: look, woken: look };
    const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS, listener });
    // All want it, with different weights; the theorem is about tasks that come and go with no lag.
    const tasks: Task[] = [];
    for (let at = 0; at < 8; at++) {
      tasks.push(
        sim.spawn({
          name: `task ${at}`,
          nice: random.below(11) - 5,
          *program(t) {
            for (;;) yield t.compute((1 + random.below(20)) * MS);
          },
        }),
      );
    }
    sim.run(4000 * MS);
    assert.ok(looks > 1000);
    const total = tasks.reduce((sum, { runNs }) => sum + runNs, 0);
    assert.equal(total, 4000 * MS);
  });
});
