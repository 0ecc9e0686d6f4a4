import assert from 'node:assert/strict';
import { ATOMIC, READ, READ_WRITE } from '@smplab/explore';
import { type CostModel, DEFAULT_COSTS, NO_COSTS, symmetric, Topology } from '@smplab/sched';
import { describe, it } from 'mocha';
import { kernelTiming } from '../../src/kernel-grain/kernel-timing.ts';

const LOAD = READ | ATOMIC;
const CHANGE = READ_WRITE | ATOMIC;
const WORD = 1600;

const COSTS: CostModel = {
  ...DEFAULT_COSTS,
  kernel: {
    loadNs: 1,
    storeNs: 5,
    lineNs: { self: 0, core: 10, cache: 20, socket: 40, node: 60, remote: 100 },
    switchNs: 300,
    interruptNs: 200,
  },
};

/** CPUs 0 and 1 share a cache, 2 and 3 another on another node. */
const TWO_NODES = new Topology({
  cpus: [0, 0, 1, 1].map((node) => ({ cache: node, socket: node, node })),
});

describe('what operations take', () => {
  it('is little where the CPU has the line, and a transfer where another has it, by how far that is', () => {
    const { operationNs } = kernelTiming(COSTS, TWO_NODES);
    const at = (cpu: number, access: number, now: number): number => operationNs(cpu, access, WORD, now);
    assert.equal(at(0, CHANGE, 0), 5);
    assert.equal(at(0, CHANGE, 1_000), 5);
    assert.equal(at(0, LOAD, 2_000), 1);
    assert.equal(at(1, LOAD, 3_000), 20 + 1);
    assert.equal(at(1, LOAD, 4_000), 1);
    // It takes the line from both; the one on the other node has it farthest.
    assert.equal(at(2, CHANGE, 5_000), 100 + 5);
    assert.equal(at(2, CHANGE, 6_000), 5);
    assert.equal(at(0, LOAD, 7_000), 100 + 1);
    // The next word of the line is no other; a word of another line is nobody's.
    assert.equal(operationNs(0, LOAD, WORD + 1, 8_000), 1);
    assert.equal(operationNs(3, LOAD, WORD + 16, 9_000), 1);
    assert.equal(operationNs(3, 0, 0, 9_000), 0);
  });

  it('is a wait for those before where many want one line at once', () => {
    const { operationNs } = kernelTiming(COSTS, symmetric(64));
    operationNs(0, CHANGE, WORD, 0);
    const waits = Array.from({ length: 63 }, (_, at) => operationNs(at + 1, CHANGE, WORD, 1_000));
    assert.deepEqual(waits.slice(0, 3), [25, 45, 65]);
    assert.equal(waits[62], 63 * 20 + 5);
    assert.equal(operationNs(63, CHANGE, WORD, 10_000), 5);
  });

  it('is nothing where nothing costs anything, and a switch costs more to a thread from far away', () => {
    assert.equal(kernelTiming(NO_COSTS, TWO_NODES).operationNs(3, CHANGE, WORD, 7), 0);
    const { switchNs, ipiNs } = kernelTiming(COSTS, TWO_NODES);
    const { node, remote } = COSTS.migrationNs;
    assert.ok(remote > node);
    assert.deepEqual([switchNs(1, -1), switchNs(1, 1)], [300, 300]);
    assert.equal(switchNs(1, 2), 300 + remote + COSTS.hopNs);
    assert.deepEqual([ipiNs(1, 1), ipiNs(1, 2)], [0, COSTS.ipiNs]);
  });
});
