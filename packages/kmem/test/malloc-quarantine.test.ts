import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Kmalloc, M_NULLOK, Memory, NULL, POISON, mallocType } from '@smplab/kmem';
import { MallocQuarantine, QUARANTINE_WORDS } from '../src/malloc-quarantine.ts';

const type = mallocType('quarantined', 'blocks of the quarantine tests');

describe('the quarantine', () => {
  it('lets blocks go in the order they came, beyond its limit', () => {
    const memory = Memory.create();
    const quarantine = new MallocQuarantine(memory, memory.reserve(QUARANTINE_WORDS));
    quarantine.initialise(2);
    const blocks = [1, 2, 3, 4].map(() => memory.reserve(8));
    assert.deepEqual(
      blocks.map((block) => quarantine.add(block)),
      [0, 0, blocks[0], blocks[1]],
    );
    assert.deepEqual(
      [quarantine.takeForReuse(), quarantine.takeForReuse(), quarantine.takeForReuse()],
      [blocks[2], blocks[3], 0],
    );
  });

  it('keeps a block from reuse as long as it is in there', () => {
    const kmem = Kmalloc.create(Memory.create(), { checking: true, quarantineBlocks: 3 });
    const first = kmem.kmalloc(type, 4);
    kmem.kfree(first, type);
    const later = [1, 2, 3].map(() => {
      const pointer = kmem.kmalloc(type, 4);
      kmem.kfree(pointer, type);
      return pointer;
    });
    assert.ok(!later.includes(first));
    assert.equal(kmem.kmalloc(type, 4), first);
    assert.equal(kmem.generationOf(first), 2);
  });

  it('gives up its oldest when memory is full, but never when reuse is forbidden', () => {
    for (const [quarantineBlocks, outcome] of [
      [1000, 'reuse'],
      [Infinity, 'full'],
    ] as const) {
      const memory = Memory.create({ initialWords: 8192, maximumWords: 8192 });
      const kmem = Kmalloc.create(memory, { checking: true, quarantineBlocks });
      const seen = new Set<number>();
      let pointer = kmem.kmalloc(type, 200, M_NULLOK);
      while (pointer !== NULL && !seen.has(pointer)) {
        seen.add(pointer);
        kmem.kfree(pointer, type);
        pointer = kmem.kmalloc(type, 200, M_NULLOK);
      }
      assert.equal(pointer === NULL ? 'full' : 'reuse', outcome);
      assert.ok(seen.size > 5);
    }
  });

  it('finds a write after free when the block leaves, once', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory, { checking: true, quarantineBlocks: 0 });
    const pointer = kmem.kmalloc(type, 4);
    kmem.kfree(pointer, type);
    assert.equal(memory.words[pointer + 3], POISON);
    memory.words[pointer + 3] = 1;
    assert.throws(() => kmem.kmalloc(type, 4), /write-after-free: quarantined block \d+ of 4 words/);
    assert.deepEqual(kmem.verify(), []);
  });
});
