import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Kmalloc, M_NOWAIT, M_ZERO, Memory, mallocType, vmstat_m } from '@smplab/kmem';

describe('malloc types', () => {
  it('are shown in the manner of vmstat -m, by name', () => {
    const memory = Memory.create();
    const kmem = Kmalloc.create(memory);
    const proc = mallocType('proc', 'process structures', 40);
    const cred = mallocType('cred', 'credentials');
    kmem.kmalloc(proc, 20);
    const second = kmem.kmalloc(proc, 10);
    assert.equal(kmem.kmalloc(proc, 1, M_NOWAIT | M_ZERO), 0);
    kmem.kfree(second, proc);
    kmem.kmalloc(cred, 300);
    assert.equal(
      vmstat_m(kmem.statistics()),
      [
        'Type  InUse  MemUse  HighUse  Requests  Fail  Limit  Size(s)',
        'cred      1    512w     512w         1     0      -  512',
        'proc      1     28w      44w         2     1    40w  16,28',
      ].join('\n'),
    );
  });
});
