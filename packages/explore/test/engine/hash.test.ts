/** The mixing step of the explorer's hashes. */
import assert from 'node:assert/strict';
import { mix } from '../../src/engine/hash.ts';

const hashOf = (words: readonly number[]): number => words.reduce(mix, 0x811c9dc5);

describe('the mixing step of hashes', () => {
  it('depends on every word and on their order', () => {
    const hashes = [[1, 2], [2, 1], [1, 3], [1], [1, 2, 0]].map(hashOf);
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it('gives int32, the same for the same words', () => {
    const hash = hashOf([7, -7, 0x7fffffff]);
    assert.equal(hash, hash | 0);
    assert.equal(hashOf([7, -7, 0x7fffffff]), hash);
  });
});
