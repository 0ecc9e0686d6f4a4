import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fixedPriority } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Semaphore } from '../../src/sync/semaphore.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
const TIMES = [3, 2, 2, 2, 4, 4, 4, 4, 9];
type Edge = readonly [before: number, after: number];
const EDGES: readonly Edge[] = [
  [1, 9],
  [4, 5],
  [4, 6],
  [4, 7],
  [4, 8],
];
const IN_ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * List scheduling of R. L. Graham, "Bounds on multiprocessing timing anomalies" (1969): ms until all is
 * done.
 */
function makespan(
  cpus: number,
  times: readonly number[],
  edges: readonly Edge[],
  list: readonly number[],
): number {
  const sim = new Simulation({
    policy: fixedPriority({ isPreemptive: false }),
    topology: symmetric(cpus),
    costs: NO_COSTS,
    choosesTogether: true,
  });
  const done = new Map(edges.map((edge) => [edge, new Semaphore(edge.join('->'))]));
  for (const [at, ms] of times.entries()) {
    const name = at + 1;
    sim.spawn({
      name: `T${name}`,
      priority: list.indexOf(name),
      *program(t) {
        for (const [edge, semaphore] of done) if (edge[1] === name) yield semaphore.wait();
        yield t.compute(ms * MS);
        for (const [edge, semaphore] of done) if (edge[0] === name) yield semaphore.post();
      },
    });
  }
  sim.run(Infinity);
  return Math.max(...sim.ended.map(({ endedAt }) => endedAt)) / MS;
}

describe('list scheduling', () => {
  it('takes longer with more CPUs, less work, fewer edges or another list, as Graham says', () => {
    assert.equal(makespan(3, TIMES, EDGES, IN_ORDER), 12);
    assert.equal(makespan(4, TIMES, EDGES, IN_ORDER), 15);
    assert.equal(
      makespan(
        3,
        TIMES.map((ms) => ms - 1),
        EDGES,
        IN_ORDER,
      ),
      13,
    );
    const fewer = EDGES.filter(([before, after]) => before !== 4 || after > 6);
    assert.equal(makespan(3, TIMES, fewer, IN_ORDER), 16);
    assert.equal(makespan(3, TIMES, EDGES, [1, 2, 4, 5, 6, 3, 9, 7, 8]), 14);
  });
});
