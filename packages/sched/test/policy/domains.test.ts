import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildDomains, type Domain, type DomainGroup } from '../../src/policy/domains.ts';
import { bigLittle, bulldozer, desktop, symmetric } from '../../src/topology/presets.ts';
import type { Topology } from '../../src/topology/topology.ts';

const NO_BUGS = { groupConstruction: false, isWithoutRemote: false };

function domainsOf(topology: Topology, cpu: number, bugs = NO_BUGS): readonly Domain[] {
  return buildDomains(topology, [...topology.cpus.keys()], bugs)[cpu];
}

/** Nodes of a group, of 8 CPUs each. */
function nodesOf({ cpus }: DomainGroup): string {
  return [...new Set(cpus.map((cpu) => cpu >> 3))].join('');
}

describe('the scheduling domains of Linux', () => {
  it('leave out what has no more CPUs than the one below', () => {
    assert.deepEqual(domainsOf(symmetric(1), 0), []);
    assert.deepEqual(
      domainsOf(symmetric(4), 2).map(({ level, span }) => [level, span]),
      [['cache', [0, 1, 2, 3]]],
    );
    assert.deepEqual(
      domainsOf(bigLittle(), 5).map(({ level }) => level),
      ['cache', 'socket'],
    );
  });

  it('divide each into the domains one below, the own first', () => {
    const [core, cache] = domainsOf(desktop(), 5);
    assert.deepEqual([core.local.cpus, core.others[0].cpus], [[5], [4]]);
    assert.deepEqual(cache.local.cpus, [4, 5]);
    assert.equal(cache.others.length, 7);
    assert.deepEqual(cache.near, [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('have a level for each distance of nodes, whose groups overlap, as a CPU of the node sees them', () => {
    const domains = domainsOf(bulldozer(), 8);
    assert.deepEqual(
      domains.map(({ level, span }) => [level, span.length]),
      [
        ['core', 2],
        ['cache', 8],
        ['1 hops', 40],
        ['2 hops', 64],
      ],
    );
    // Node 1 reaches 0, 3, 5, 6; the next in turn that is not covered is 2, which reaches 0, 3, 6, 5.
    assert.deepEqual([domains[3].local, ...domains[3].others].map(nodesOf), [
      '01356',
      '02356',
      '03456',
      '03567',
    ]);
  });

  it('have nodes 1 and 2 in every group together, if all of them are made as CPU 0 sees them', () => {
    const bugs = { ...NO_BUGS, groupConstruction: true };
    for (const cpu of [8, 16]) {
      const [, , , top] = domainsOf(bulldozer(), cpu, bugs);
      assert.deepEqual([top.local, ...top.others].map(nodesOf), ['01247', '12347', '12457', '12467']);
      const other = cpu === 8 ? 16 : 8;
      assert.ok(!top.near.includes(other));
    }
    const [, , , sound] = domainsOf(bulldozer(), 8);
    assert.ok(sound.near.includes(16));
  });

  it('end at the node where those of several nodes are not made', () => {
    const domains = domainsOf(bulldozer(), 63, { ...NO_BUGS, isWithoutRemote: true });
    assert.deepEqual(
      domains.map(({ level }) => level),
      ['core', 'cache'],
    );
  });

  it('are made of the CPUs that are on', () => {
    const online = [0, 1, 3];
    const domains = buildDomains(symmetric(4), online, NO_BUGS);
    assert.deepEqual(domains[3][0].span, online);
    assert.deepEqual(domains[2], []);
  });
});
