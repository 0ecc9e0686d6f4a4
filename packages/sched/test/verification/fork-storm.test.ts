import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { bsd4 } from '../../src/policy/bsd4.ts';
import { dfly } from '../../src/policy/dfly.ts';
import { DFLY_FORK_BEST, DFLY_FORK_CURRENT, DFLY_IDLE_PULL } from '../../src/policy/dfly-options.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const MS = 1_000_000;
const CHILDREN = 24;

interface Storm {
  /** When all had been done, ms; and for how long CPUs idled while tasks waited, ms of CPU. */
  readonly makespan: number;
  readonly wasted: number;
  /** How many children each CPU ran first. */
  readonly spread: readonly number[];
}

/** A parent forks children at once, whose work is from 10 to 10 + CHILDREN - 1 ms, and waits no more. */
function storm<D>(policy: Policy<D>, topology: Topology, children = CHILDREN, work = 10): Storm {
  const first = new Map<string, number>();
  const listener = {
    switched: (_now: number, cpu: number, _from: unknown, to: { readonly name: string } | null): void => {
      if (to !== null && !first.has(to.name)) first.set(to.name, cpu);
    },
  };
  const sim = new Simulation({ policy, topology, costs: NO_COSTS, listener });
  sim.spawn({
    name: 'parent',
    *program(t) {
      yield t.compute(MS);
      for (let at = 0; at < children; at++) {
        sim.spawn({
          name: `child ${at}`,
          *program(child) {
            yield child.compute((work + at) * MS);
          },
        });
      }
    },
  });
  sim.run(Infinity);
  const spread = topology.cpus.map(
    (_, cpu) => [...first].filter(([name, on]) => name !== 'parent' && on === cpu).length,
  );
  const makespan = Math.max(...sim.ended.map(({ endedAt }) => endedAt)) / MS;
  return { makespan, wasted: sim.load.wastedNs / MS, spread };
}

const nodes = new Topology({
  name: '4 nodes of 2',
  cpus: Array.from({ length: 8 }, (_, cpu) => {
    const node = cpu >> 1;
    return { cache: node, socket: node, node };
  }),
});

describe('a fork storm', () => {
  it('keeps all CPUs busy under usched_bsd4, whose queue is of all, but for a tick for caches', () => {
    const eager = storm(bsd4({ cacheCoherent: false }), symmetric(4));
    assert.equal(eager.wasted, 0);
    // With few that wait none is taken before its time; of many, one after five looks.
    const { wasted } = storm(bsd4(), symmetric(4), 6);
    assert.ok(wasted > 0 && wasted <= 20, `${wasted} ms`);
    // Graham: no list is longer than the work over the CPUs and the longest of all.
    const total = 1 + (CHILDREN * (10 + 10 + CHILDREN - 1)) / 2;
    assert.ok(eager.makespan <= total / 4 + 10 + CHILDREN);
    assert.ok(eager.spread.every((count) => count > 0));
  });

  it('leaves CPUs idle under usched_dfly without pulls, and not with them', () => {
    const alone = storm(dfly({ features: DFLY_FORK_CURRENT }), symmetric(4));
    const total = 1 + (CHILDREN * (10 + 10 + CHILDREN - 1)) / 2;
    assert.equal(alone.makespan, total);
    assert.deepEqual(
      [...alone.spread].sort((a, b) => a - b),
      [0, 0, 0, CHILDREN],
    );
    const byDefault = storm(dfly(), symmetric(4));
    assert.ok(byDefault.wasted < 0.05 * total, `${byDefault.wasted} ms of ${total}`);
    assert.ok(byDefault.makespan < (total / 4) * 1.2);
  });

  it('is spread over the tree by usched_dfly, from the parent on; without weight1 evenly', () => {
    const spreadOf = (children: number, weight1: number): readonly number[] =>
      storm(dfly({ features: DFLY_FORK_BEST | DFLY_IDLE_PULL, weight1 }), nodes, children).spread;
    const perNode = (spread: readonly number[]): number[] =>
      [0, 2, 4, 6].map((cpu) => spread[cpu] + spread[cpu + 1]);
    // A child counts 2048 / 32 + 40. Its CPU: 40 - 200 against -160 beside, a tie; then 144 - 200. Then
    // its node is at (144 + 105) / 2 - 200 against -160.
    assert.deepEqual(spreadOf(3, 200), [1, 1, 1, 0, 0, 0, 0, 0]);
    for (const count of perNode(spreadOf(16, 200))) assert.ok(Math.abs(count - 4) <= 1);
    assert.deepEqual(perNode(spreadOf(4, 0)), [1, 1, 1, 1]);
    assert.deepEqual(spreadOf(8, 0), [1, 1, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual(perNode(spreadOf(16, 0)), [4, 4, 4, 4]);
  });

  it('goes round CPUs in turn under usched_bsd4', () => {
    assert.deepEqual(storm(bsd4(), nodes, 8).spread, [1, 1, 1, 1, 1, 1, 1, 1]);
    assert.deepEqual(storm(bsd4(), nodes, 4).spread, [0, 1, 1, 1, 1, 0, 0, 0]);
  });
});
