import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NULL, isNull, pointerTo } from '@smplab/kmem';
import type { Pointer } from '@smplab/kmem';

describe('pointers', () => {
  it('are plain word indices of which 0 is null', () => {
    const p: Pointer<'proc'> = pointerTo<'proc'>(42);
    assert.equal(p, 42);
    assert.equal(isNull(p), false);
    assert.equal(isNull(NULL), true);
  });

  it('to different structs are different types', () => {
    const proc = pointerTo<'proc'>(42);
    // @ts-expect-error a pointer to a proc is no pointer to a thread
    const thread: Pointer<'thread'> = proc;
    const anything: Pointer = proc;
    const nothing: Pointer<'thread'> = NULL;
    assert.deepEqual([thread, anything, nothing], [42, 42, 0]);
  });
});
