import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PFS, PFSLAST, pfsTypeName } from '../../src/node/node-types.ts';

describe('types of nodes', () => {
  it('are 46 in NetBSD 1.117, in the order of the alphabet, and those of other trees come after them', () => {
    assert.equal(PFSLAST, 46);
    const names = Object.keys(PFS).slice(0, PFSLAST);
    assert.deepEqual(names, [...names].sort());
    assert.equal(PFS.auxv, 0);
    assert.equal(PFS.version, 45);
    assert.ok(PFS.ctl >= PFSLAST && PFS.vmstat >= PFSLAST);
  });

  it('have a number each, and a name to each number', () => {
    const numbers = Object.values(PFS);
    assert.equal(new Set(numbers).size, numbers.length);
    for (const [name, number] of Object.entries(PFS)) assert.equal(pfsTypeName(number), name);
    assert.equal(pfsTypeName(999), 'type 999');
  });
});
