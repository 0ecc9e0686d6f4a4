import assert from 'node:assert/strict';
import { nearNames } from '../src/near-name.ts';

const NAMES = ['deadlock01', 'reorder_3', 'reorder_4', 'CVE-2017-15265', 'account'];

describe('near names', () => {
  it('forgive a letter left out, added, replaced or swapped', () => {
    for (const typo of ['dedlock01', 'deadlocck01', 'deadlock02', 'daedlock01']) {
      assert.deepEqual(nearNames(typo, NAMES), ['deadlock01'], typo);
    }
  });

  it('forgive case and parts of names', () => {
    assert.deepEqual(nearNames('cve-2017-15265', NAMES), ['CVE-2017-15265']);
    assert.deepEqual(nearNames('reorder', NAMES), ['reorder_3', 'reorder_4']);
  });

  it('do not guess wildly', () => {
    assert.deepEqual(nearNames('something else', NAMES), []);
    assert.deepEqual(nearNames('x', NAMES), []);
  });
});
