import assert from 'node:assert/strict';
import { Kmalloc, mallocType, Memory } from '@smplab/kmem';
import { HeapTypes } from '../../src/live/heap-types.ts';

describe('types of kernel memory as a CPU knows them', () => {
  it('have the numbers of the memory that all CPUs share, whoever enters a name first', () => {
    const kmem = Kmalloc.create(Memory.create({ maximumWords: 1 << 17 }));
    const [one, other] = [new HeapTypes(kmem), new HeapTypes(kmem)];
    const proc = one.numberOf('proc');
    assert.equal(proc, kmem.numberOf(mallocType('proc', 'processes')));
    const lwp = other.numberOf('lwp');
    assert.notEqual(lwp, proc);
    assert.deepEqual([other.numberOf('proc'), one.numberOf('lwp')], [proc, lwp]);
  });

  it('are looked up once', () => {
    let looks = 0;
    const types = new HeapTypes({ numberOf: () => ++looks } as never);
    assert.deepEqual([types.numberOf('a'), types.numberOf('a'), types.numberOf('b')], [1, 1, 2]);
  });
});
