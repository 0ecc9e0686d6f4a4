import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Memory } from '@smplab/kmem';
import { PAGE_WORDS, SIZE_CLASSES, kState } from '../src/malloc-block.ts';
import { HEAP_WORDS, MallocHeap } from '../src/malloc-heap.ts';

function setUp(maximumWords = 1 << 20) {
  const memory = Memory.create({ initialWords: 1024, maximumWords });
  const base = memory.reserve(HEAP_WORDS);
  const heap = new MallocHeap(memory, base);
  heap.initialise();
  return { memory, base, heap };
}

describe('the heap', () => {
  it('finds the block of every word of it, and of no other', () => {
    const { memory, heap } = setUp();
    for (let sizeClass = 0; sizeClass < 24; sizeClass++) {
      const size = SIZE_CLASSES[sizeClass];
      for (const block of [1, 2, 3, 4].map(() => heap.take(sizeClass))) {
        for (let word = block; word < block + size; word++) assert.equal(heap.blockOf(word), block);
        assert.equal(heap.sizeClassOf(block), sizeClass);
      }
    }
    for (const word of [0, -1, 20, 0.5, memory.maximumWords, 2 ** 40]) assert.equal(heap.blockOf(word), 0);
  });

  it('gives a block out again that was put back, last first', () => {
    const { heap } = setUp();
    const [a, b] = [heap.take(2), heap.take(2)];
    heap.put(2, a);
    heap.put(2, b);
    assert.deepEqual([heap.take(2), heap.take(2)], [b, a]);
  });

  it('keeps to page-aligned arenas that others may reserve between', () => {
    const { memory, heap } = setUp();
    const blocks = Array.from({ length: 40 }, () => {
      memory.reserve(3);
      return heap.take(SIZE_CLASSES.indexOf(512));
    });
    assert.equal(new Set(blocks).size, 40);
    assert.ok(blocks.every((block) => block % PAGE_WORDS === 0));
  });

  it('says 0 when the memory is full, and works on with what is put back', () => {
    const { heap } = setUp(16_384);
    const page = SIZE_CLASSES.indexOf(PAGE_WORDS);
    const taken: number[] = [];
    for (let block = heap.take(page); block !== 0; block = heap.take(page)) taken.push(block);
    assert.ok(taken.length >= 40 && taken.length < 64);
    heap.put(page, taken[0]);
    assert.deepEqual([heap.take(page), heap.take(page)], [taken[0], 0]);
  });

  it('gives out the same blocks after a reset, all zero', () => {
    const { memory, heap } = setUp();
    const run = () =>
      Array.from({ length: 60 }, (_, index) => {
        const block = heap.take(index % 22);
        assert.equal(memory.words[block + kState], 0);
        memory.words.fill(5, block, block + SIZE_CLASSES[index % 22]);
        return block;
      });
    const first = run();
    heap.reset();
    // The first run joined arenas or made new ones; now all are there from the start.
    const second = run();
    heap.reset();
    assert.deepEqual(run(), second);
    assert.equal(first.length, second.length);
    heap.reset();
    heap.forEachBlock(() => assert.fail('a block after a reset'));
    assert.equal(heap.blockOf(first[0]), 0);
  });
});
