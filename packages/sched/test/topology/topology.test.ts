import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Topology, TopologyError } from '../../src/topology/topology.ts';

const TWO_BY_TWO = [
  { core: 0, cache: 0, socket: 0, node: 0 },
  { core: 0, cache: 0, socket: 0, node: 0 },
  { core: 1, cache: 0, socket: 0, node: 0 },
  { core: 2, cache: 1, socket: 0, node: 0 },
  { core: 3, cache: 2, socket: 1, node: 0 },
  { core: 4, cache: 3, socket: 2, node: 1 },
];

describe('a topology', () => {
  it('says how far CPUs are apart', () => {
    const topology = new Topology({ cpus: TWO_BY_TWO });
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((cpu) => topology.distanceOf(0, cpu)),
      ['self', 'core', 'cache', 'socket', 'node', 'remote'],
    );
    assert.deepEqual([topology.hopsOf(0, 4), topology.hopsOf(0, 5)], [0, 1]);
  });

  it('knows who shares what', () => {
    const topology = new Topology({ cpus: TWO_BY_TWO });
    assert.deepEqual(topology.siblingsOf(0), [1]);
    assert.deepEqual(topology.siblingsOf(2), []);
    assert.deepEqual(topology.groupOf(0, 'cache'), [0, 1, 2]);
    assert.deepEqual(topology.groupOf(5, 'node'), [5]);
  });

  it('refuses what cannot be, and says where', () => {
    const refused = (options: ConstructorParameters<typeof Topology>[0], message: RegExp): void => {
      assert.throws(() => new Topology(options), { name: TopologyError.name, message });
    };
    refused({ cpus: [] }, /has no CPUs/);
    refused({ cpus: [{ speed: 0 }] }, /CPU 0: speed is 0/);
    refused({ cpus: [{}, { core: -1 }] }, /CPU 1: core is -1/);
    refused(
      {
        cpus: [
          { core: 0, cache: 0 },
          { core: 0, cache: 1 },
        ],
      },
      /CPUs 0 and 1 are both of core 0, but of cache 0 and 1/,
    );
    refused({ cpus: [{}], smtFactor: 2 }, /smtFactor is 2/);
    refused({ cpus: [{}, { node: 1, socket: 1, cache: 1 }], distances: [[0]] }, /not 2 rows of 2/);
    refused(
      {
        cpus: [{}, { node: 1, socket: 1, cache: 1 }],
        distances: [
          [0, 1],
          [2, 0],
        ],
      },
      /1 from node 0 to 1/,
    );
  });
});
