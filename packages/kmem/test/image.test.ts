import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Image, Kmalloc, M_WAITOK, Memory, mallocType } from '@smplab/kmem';

describe('an image', () => {
  it('makes the memory bit-equal again after any stores', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20_000), fc.integer())), (stores) => {
        const memory = Memory.create({ initialWords: 20_016 });
        const area = memory.reserve(20_000);
        for (let index = 0; index < 20_000; index += 97) memory.words[area + index] = index;
        const before = memory.words.slice();
        const image = Image.take(memory);
        for (const [index, value] of stores) memory.words[area + index] = value;
        image.restore();
        assert.deepEqual(memory.words, before);
        assert.equal(image.matches(), true);
      }),
      { numRuns: 30 },
    );
  });

  it('copies the pages that changed and no others', () => {
    const memory = Memory.create({ initialWords: 64 * 256 });
    memory.reserve(60 * 256);
    const image = Image.take(memory);
    assert.equal(image.restore(), 0);
    memory.words[10 * 256] = 1;
    memory.words[10 * 256 + 255] = 1;
    memory.words[40 * 256 + 1] = 1;
    assert.equal(image.matches(), false);
    assert.equal(image.restore(), 2 * 256);
    memory.words[40 * 256 + 1] = image.wordAt(40 * 256 + 1);
    assert.equal(image.restore(), 0);
  });

  it('forgets what was reserved and grown since', () => {
    const memory = Memory.create({ initialWords: 256, maximumWords: 1 << 16 });
    memory.reserve(100);
    const image = Image.take(memory);
    const other = Memory.attach(memory.buffer);
    other.words.fill(7, other.reserve(5000), other.top);
    image.restore();
    assert.equal(image.matches(), true);
    assert.equal(memory.top, image.length);
    assert.ok(memory.length >= 5000 && memory.words.subarray(image.length).every((word) => word === 0));
  });

  it('restores wild stores beyond the top only when it holds everything', () => {
    const memory = Memory.create({ initialWords: 4096 });
    const [usual, everything] = [Image.take(memory), Image.take(memory, { everything: true })];
    memory.words[4000] = 1;
    assert.equal(usual.restore(), 0);
    assert.equal(usual.matches(), false);
    assert.equal(everything.restore(), 256);
    assert.equal(usual.matches(), true);
  });

  it('gives a run of kmalloc the same words every time', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory, { checking: true, quarantineBlocks: 2 });
    const image = Image.take(memory);
    const type = mallocType('again', 'made in every run');
    const run = () => {
      const held = [5, 50, 500].map((words) => kmem.kmalloc(type, words, M_WAITOK, `site ${words}`));
      for (const pointer of held) kmem.kfree(pointer, type, 'end');
      return Buffer.from(memory.words.slice().buffer).toString('base64');
    };
    const first = run();
    for (let count = 0; count < 20; count++) {
      image.restore();
      assert.equal(run(), first);
    }
  });
});
