import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { UleQueue } from '../../src/policy/ule-queue.ts';
import { type CpuGroup, pathOf, treeOf, UleSearch } from '../../src/policy/ule-search.ts';
import { bulldozer, desktop, symmetric } from '../../src/topology/presets.ts';
import type { Topology } from '../../src/topology/topology.ts';

function machine(
  topology: Topology,
  loads: readonly number[],
): { top: CpuGroup; search: UleSearch; queues: UleQueue[] } {
  const { top, groupOf } = treeOf(topology);
  const queues = loads.map((load, cpu) => {
    const queue = new UleQueue(undefined, pathOf(groupOf[cpu]));
    queue.addLoad(load);
    queue.waiting = Math.max(0, load - 1);
    if (load > 0) queue.lowpri = 180;
    return queue;
  });
  return { top, search: new UleSearch(queues, 1), queues };
}

const wanted = { isFit: () => true, priority: -1, mostLoad: Infinity, prefer: -1 };

describe("ULE's tree of CPUs", () => {
  it('has a level for each that says something: threads of cores, caches of nodes', () => {
    const { top, groupOf } = treeOf(bulldozer());
    assert.equal(top.children.length, 8);
    assert.deepEqual(groupOf[13].cpus, [12, 13]);
    assert.deepEqual(groupOf[13].parent?.cpus, [8, 9, 10, 11, 12, 13, 14, 15]);
    assert.equal(treeOf(symmetric(4)).top.children.length, 0);
    assert.deepEqual(treeOf(desktop()).top.children[1].cpus, [2, 3]);
  });

  it('finds the least loaded CPU of the least loaded group, not that of the machine', () => {
    // Core 0 is idle on one thread, but has 3 in all; core 1 has 2.
    const { top, search } = machine(desktop(), [0, 3, 1, 1, ...Array.from({ length: 12 }, () => 3)]);
    assert.ok([2, 3].includes(search.lowest(top, wanted)));
  });

  it('looks at those alone that run something worse, within a load', () => {
    const { top, search } = machine(symmetric(4), [1, 0, 2, 3]);
    assert.equal(search.lowest(top, { ...wanted, priority: 200 }), 1);
    assert.equal(search.lowest(top, { ...wanted, priority: 255 }), -1);
    assert.equal(search.lowest(top, { ...wanted, isFit: (cpu) => cpu > 1 }), 2);
    assert.equal(search.lowest(top, { ...wanted, isFit: (cpu) => cpu > 1, mostLoad: 1 }), -1);
  });

  it('prefers the one asked for among equals', () => {
    const { top, search } = machine(
      symmetric(8),
      Array.from({ length: 8 }, () => 1),
    );
    for (let prefer = 0; prefer < 8; prefer++)
      assert.equal(search.lowest(top, { ...wanted, prefer }), prefer);
  });

  it('finds the most loaded that has somebody waiting', () => {
    const { top, search, queues } = machine(symmetric(4), [1, 5, 2, 4]);
    assert.equal(
      search.highest(top, 2, () => true),
      1,
    );
    queues[1].waiting = 0;
    assert.equal(
      search.highest(top, 2, () => true),
      3,
    );
    assert.equal(
      search.highest(top, 5, () => true),
      -1,
    );
  });

  it("draws the kernel's numbers: x = 69069 x + 5, the upper half", () => {
    const search = new UleSearch([], 1);
    // 69074 is 0x10dd2; and 69074 * 69069 + 5 is 4770872111 = 0x1_1c5d_eb2f.
    assert.deepEqual([search.random(), search.random()], [0x1, 0x1c5d]);
  });
});
