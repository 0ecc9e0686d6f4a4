import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bigLittle, bulldozer, desktop, symmetric } from '../../src/topology/presets.ts';

describe('the machines that have names', () => {
  it('have as many CPUs as they say', () => {
    assert.deepEqual(
      [symmetric(2), desktop(), bulldozer(), bigLittle()].map(({ count }) => count),
      [2, 16, 64, 8],
    );
  });

  it('have nodes two hops apart where the Wasted Cores machine has', () => {
    const machine = bulldozer();
    assert.equal(machine.groupOf(9, 'node').length, 8);
    const hops = [0, 1, 2, 3, 4, 5, 6, 7].map((node) => machine.hopsOf(0, 8 * node));
    assert.deepEqual(hops, [0, 1, 1, 2, 1, 2, 2, 1]);
  });

  it('have threads that share cores, and cores that are slow', () => {
    assert.deepEqual(desktop().siblingsOf(6), [7]);
    assert.deepEqual(
      bigLittle().cpus.map(({ speed }) => speed),
      [1, 1, 1, 1, 0.4, 0.4, 0.4, 0.4],
    );
  });
});
