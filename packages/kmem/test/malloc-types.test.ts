import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Image, Kmalloc, Memory, mallocType } from '@smplab/kmem';

describe('counters of malloc types', () => {
  it('belong to the name, not to the object, and are shared', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory);
    const other = Kmalloc.attach(Memory.attach(memory.buffer));
    const pointer = kmem.kmalloc(mallocType('same', 'here'), 5);
    other.kfree(pointer, mallocType('same', 'there'));
    assert.deepEqual(
      kmem.statistics().map(({ name, inUse, requests }) => [name, inUse, requests]),
      [['same', 0, 1]],
    );
  });

  it('are entered again with their limit after an image forgot the type', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory);
    const image = Image.take(memory);
    const type = mallocType('limited', 'a type with a limit', 10);
    for (let run = 0; run < 2; run++) {
      kmem.kmalloc(type, 10);
      assert.throws(() => kmem.kmalloc(type, 10), /ENOMEM.*limit 10/);
      assert.equal(kmem.statistics()[0].failures, 1);
      image.restore();
      assert.deepEqual(kmem.statistics(), []);
    }
  });

  it('are limited to 64 types', () => {
    const kmem = Kmalloc.create(Memory.create());
    for (let index = 0; index < 64; index++) kmem.kmalloc(mallocType(`type ${index}`, ''), 1);
    assert.throws(() => kmem.kmalloc(mallocType('one more', ''), 1), /ENOSPC/);
  });
});
