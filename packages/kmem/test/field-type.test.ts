import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  array,
  atomic,
  bytes,
  cstring,
  field,
  guardedBy,
  int32,
  int64,
  nested,
  owned,
  uint64,
} from '@smplab/kmem';
import type { FieldType } from '@smplab/kmem';
import { Rlimit } from './fixtures/structs.ts';

describe('field types', () => {
  it('take whole words', () => {
    const types = [int32, uint64, bytes(1), bytes(4), cstring(5), array(int64, 3), nested(Rlimit)];
    assert.deepEqual(
      types.map((type) => type.words),
      [1, 2, 1, 1, 2, 6, 4],
    );
  });

  it('cannot be atomic when they are several words', () => {
    assert.throws(() => atomic(uint64), /a field of kind uint64 is several words and cannot be atomic/);
    assert.throws(() => atomic(bytes(4)), /cannot be atomic/);
  });

  it('get the access class at the element of an array, not at the array', () => {
    assert.throws(() => owned(array(int32, 2)), /give the access class to the elements/);
    const element: FieldType = array(owned(int32), 2).element;
    assert.equal(element.access, 'owned');
  });

  it('refuse empty arrays and byte strings', () => {
    for (const make of [() => array(int32, 0), () => bytes(0), () => cstring(1.5)]) {
      assert.throws(make, /must be a positive integer/);
    }
  });

  it('keep access class and guard together', () => {
    const type = field(guardedBy('p_token', int32), { access: 'relaxed' });
    assert.deepEqual(type, { kind: 'int32', words: 1, guardedBy: 'p_token', access: 'relaxed' });
    assert.deepEqual(int32, { kind: 'int32', words: 1 });
  });
});
