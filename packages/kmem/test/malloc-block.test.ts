import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  BLOCK_HEADER_WORDS,
  PAGE_WORDS,
  RUN_WORDS,
  SIZE_CLASSES,
  sizeClassFor,
} from '../src/malloc-block.ts';

describe('size classes', () => {
  it('ascend, and fill pages or are filled by them', () => {
    for (const [index, size] of SIZE_CLASSES.entries()) {
      assert.ok(index === 0 || size > SIZE_CLASSES[index - 1]);
      assert.ok(size <= PAGE_WORDS || size % PAGE_WORDS === 0);
    }
  });

  it('share runs of at most four pages of which at most a sixteenth is left over', () => {
    for (const [index, size] of SIZE_CLASSES.entries()) {
      const run = RUN_WORDS[index];
      assert.ok(size >= PAGE_WORDS ? run === size : run % PAGE_WORDS === 0 && run <= 4 * PAGE_WORDS);
      assert.ok((run % size) * 16 <= run, `${run % size} words of ${run} are left over by blocks of ${size}`);
    }
  });

  it('are the smallest that hold the words and the header', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 1 << 26 })),
        (words) => {
          const sizeClass = sizeClassFor(words);
          assert.ok(SIZE_CLASSES[sizeClass] >= words + BLOCK_HEADER_WORDS);
          assert.ok(sizeClass === 0 || SIZE_CLASSES[sizeClass - 1] < words + BLOCK_HEADER_WORDS);
        },
      ),
    );
  });

  it('end somewhere', () => {
    assert.equal(sizeClassFor(2 ** 30), -1);
  });
});
