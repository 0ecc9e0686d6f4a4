import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cpuTree, LoadTree } from '../../src/policy/dfly-topology.ts';
import { Task } from '../../src/task/task.ts';
import { bulldozer, symmetric } from '../../src/topology/presets.ts';
import { Topology } from '../../src/topology/topology.ts';

const WEIGHTS = { weight1: 200, weight2: 180, weight3: 40, weight4: 160, avoidsWakingCpu: false };
const anyone = new Task(1, 0, null, { name: 'anyone', *program() {} });

/** A tree whose CPUs are busy with threads of these loads; idle where there are none. */
function treeOf(topology: Topology, loads: readonly (readonly number[])[], weights = WEIGHTS): LoadTree {
  const tree = new LoadTree(topology, weights);
  for (const [cpu, uloads] of loads.entries()) {
    if (uloads.length > 0) tree.setIdle(cpu, false);
    for (const uload of uloads) tree.count(cpu, uload, 1);
  }
  return tree;
}

const twoNodes = new Topology({
  cpus: Array.from({ length: 4 }, (_, cpu) => {
    const node = cpu >> 1;
    return { cache: node, socket: node, node };
  }),
});

describe('the tree of CPUs', () => {
  it('has a level for what divides the machine, and no other', () => {
    const shapeOf = (topology: Topology): number[] =>
      cpuTree(topology)
        .filter(({ children }) => children.length > 0)
        .map(({ children }) => children.length);
    assert.deepEqual(shapeOf(symmetric(3)), [3]);
    assert.deepEqual(shapeOf(twoNodes), [2, 2, 2]);
    // 8 nodes, of 4 cores, of 2.
    assert.equal(
      shapeOf(bulldozer()).reduce((sum, count) => sum + count, 0),
      8 + 32 + 64,
    );
    assert.equal(cpuTree(symmetric(1)).length, 1);
  });
});

describe('the best queue', () => {
  interface Looking {
    readonly task?: Task;
    readonly uload?: number;
    readonly wakeFrom?: number;
  }

  /** The best queue for a thread of CPU 0. */
  const best = (tree: LoadTree, { task = anyone, uload = -1, wakeFrom = -1 }: Looking = {}): number =>
    tree.best(task, 0, uload, wakeFrom);

  it('is an idle CPU rather than a busy one of its own', () => {
    // 300 + 40 - 200 = 140, and -160.
    assert.equal(best(treeOf(symmetric(2), [[300], []])), 1);
  });

  it('is its own, unless another is less loaded by more than weight1', () => {
    // 140 and 100 + 40: a tie stays.
    assert.equal(best(treeOf(symmetric(2), [[300], [100]])), 0);
    assert.equal(best(treeOf(symmetric(2), [[300], [99]])), 1);
  });

  it('is its own of equals, also if it is not the first', () => {
    const tree = treeOf(symmetric(3), [[100], [300], [100]]);
    assert.equal(tree.best(anyone, 1, -1, -1), 1);
    assert.equal(tree.best(anyone, 0, -1, -1), 0);
  });

  it('is looked for as if the thread were not there', () => {
    const tree = treeOf(symmetric(2), [[300], []]);
    // 0 - 200, and -160.
    assert.equal(best(tree, { uload: 300 }), 0);
  });

  it('is by weight2 nearer to where the thread was woken from; with feature 0x10 not that very CPU', () => {
    const loads = [[300], [200]];
    assert.equal(best(treeOf(symmetric(2), loads)), 0);
    // 140, and 240 - 180.
    assert.equal(best(treeOf(symmetric(2), loads), { wakeFrom: 1 }), 1);
    const avoiding = { ...WEIGHTS, avoidsWakingCpu: true };
    const near = treeOf(twoNodes, [[300], [300], [300], [300]], avoiding);
    // Node 1: 340 - 180 against 340 - 200: home stays. With two of its CPUs less loaded it moves, but beside.
    assert.equal(best(near, { wakeFrom: 2 }), 0);
    const nearer = treeOf(twoNodes, [[300], [300], [250], [300]], avoiding);
    // 315 - 180 = 135 against 140; there 290 + 180 against 340.
    assert.equal(best(nearer, { wakeFrom: 2 }), 3);
  });

  it('is that of the half with the lower average, and then of that half', () => {
    // Node 0: (240 - 160) / 2 - 200 = -160, node 1: -160: a tie stays, on its idle CPU.
    assert.equal(best(treeOf(twoNodes, [[200], [], [], []])), 1);
    // Node 0: (240 + 240) / 2 - 200 = 40.
    assert.equal(best(treeOf(twoNodes, [[200], [200], [], []])), 2);
  });

  it('is one that is on, and on which the thread may run; -1 if there is none', () => {
    const tree = treeOf(twoNodes, [[200], [], [], []]);
    const pinned = new Task(2, 0, null, { name: 'pinned', affinity: [0, 3], *program() {} });
    assert.equal(best(tree, { task: pinned }), 3);
    tree.setOnline(3, false);
    assert.equal(best(tree, { task: pinned }), 0);
    tree.setOnline(0, false);
    assert.equal(best(tree, { task: pinned }), -1);
    assert.equal(best(tree), 1);
    tree.setOnline(3, true);
    assert.equal(best(tree, { task: pinned }), 3);
  });

  it('follows what threads use, and when they come and go', () => {
    const tree = treeOf(symmetric(2), [[300], [99]]);
    tree.change(1, 1);
    assert.equal(best(tree), 0);
    tree.count(0, 300, -1);
    tree.setIdle(0, true);
    assert.equal(tree.loadOf(0), -160);
    assert.equal(tree.loadOf(1), 140);
  });
});

describe('the worst queue', () => {
  it('is that with the highest load, if it is not the own with weight1 on top', () => {
    assert.equal(treeOf(symmetric(2), [[300], []]).worst(1), 0);
    assert.equal(treeOf(symmetric(2), [[300], [200]]).worst(1), -1);
    // 300 + 300 + 80 against 240 + 200.
    assert.equal(treeOf(symmetric(2), [[300, 300], [200]]).worst(1), 0);
  });

  it('is of the half with the higher average', () => {
    const tree = treeOf(twoNodes, [[400], [500], [300], []]);
    assert.equal(tree.worst(3), 1);
    tree.setOnline(1, false);
    assert.equal(tree.worst(3), 0);
  });
});
