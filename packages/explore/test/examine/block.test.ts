/** Blocks of a schedule, and what shrinking does with them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Block,
  blocksOf,
  drop,
  merge,
  postpone,
  prolong,
  sequenceOf,
  swap,
} from '../../src/examine/block.ts';

const BLOCKS: readonly Block[] = [
  [0, 2],
  [1, 1],
  [2, 3],
  [1, 2],
];

describe('the blocks of a schedule', () => {
  it('are maximal runs of one strand', () => {
    assert.deepEqual(blocksOf([0, 0, 1, 2, 2, 2, 1, 1]), BLOCKS);
  });

  it('give the sequence back', () => {
    const sequences = fc.array(fc.nat({ max: 3 }));
    fc.assert(
      fc.property(sequences, (sequence) => {
        assert.deepEqual(sequenceOf(blocksOf(sequence)), sequence);
      }),
      { seed: 1 },
    );
  });

  it('are merged by bringing the next block of a strand up', () => {
    assert.deepEqual(merge(BLOCKS, 1), [
      [0, 2],
      [1, 1],
      [1, 2],
      [2, 3],
    ]);
    assert.equal(merge(BLOCKS, 0), null);
  });

  it('are merged the other way by making the earlier one wait', () => {
    assert.deepEqual(postpone(BLOCKS, 1), [
      [0, 2],
      [2, 3],
      [1, 1],
      [1, 2],
    ]);
    assert.equal(postpone(BLOCKS, 2), null);
  });

  it('are prolonged, but for the last', () => {
    const longer = prolong(BLOCKS, 1);
    assert.ok(longer !== null && longer[1][0] === 1 && longer[1][1] > 100);
    assert.equal(prolong(BLOCKS, 3), null);
  });

  it('change places with their neighbours', () => {
    assert.deepEqual(swap(BLOCKS, 0)?.slice(0, 2), [
      [1, 1],
      [0, 2],
    ]);
    assert.equal(swap(BLOCKS, 3), null);
  });

  it('are left out one by one or many at once', () => {
    assert.deepEqual(drop(1)(BLOCKS, 3), BLOCKS.slice(0, 3));
    assert.deepEqual(drop(2)(BLOCKS, 2), BLOCKS.slice(0, 2));
    assert.equal(drop(2)(BLOCKS, 1), null);
  });
});
