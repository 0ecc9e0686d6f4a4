import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  KmemError,
  array,
  bytes,
  cstring,
  int32,
  int64,
  nested,
  owned,
  struct,
  uint32,
  uint64,
} from '@smplab/kmem';
import type { FieldType } from '@smplab/kmem';
import { Plimit, Proc } from './fixtures/structs.ts';

const leaf = fc.oneof(
  fc.constantFrom<FieldType>(int32, uint32, int64, uint64),
  fc.integer({ min: 1, max: 9 }).map((count): FieldType => bytes(count)),
  fc.integer({ min: 1, max: 9 }).map((count): FieldType => cstring(count)),
);
const anyType = fc.oneof(
  leaf,
  fc.tuple(leaf, fc.integer({ min: 1, max: 4 })).map(([type, length]): FieldType => array(type, length)),
  leaf.map((type): FieldType => nested(struct('inner', { i_a: int32, i_b: type }))),
);

describe('struct', () => {
  it('lays fields out in order without gaps, and names every word of them', () => {
    fc.assert(
      fc.property(fc.array(anyType, { minLength: 1, maxLength: 8 }), (types) => {
        const fields = Object.fromEntries(types.map((type, index) => [`f_${index}`, type]));
        const layout = struct('any', fields);
        let offset = 0;
        for (const [index, type] of types.entries()) {
          assert.equal(layout.offsets[`f_${index}`], offset);
          for (let word = offset; word < offset + type.words; word++) {
            assert.match(layout.describe(word), new RegExp(`^f_${index}([.:[]|$)`));
          }
          offset += type.words;
        }
        assert.equal(layout.size, offset);
        assert.equal(layout.fieldAt(offset), undefined);
        assert.equal(layout.describe(offset), `+${offset}`);
      }),
    );
  });

  it('describes words by path, class and guard', () => {
    const { p_limit, p_start, p_lock } = Proc.offsets;
    assert.equal(Proc.describe(p_limit + 1 + 3 * 4), 'p_limit.pl_rlimit[3].rlim_cur:low');
    assert.equal(Proc.describe(p_limit + 1 + 3 * 4 + 3), 'p_limit.pl_rlimit[3].rlim_max:high');
    assert.equal(Proc.describe(p_limit), 'p_limit.pl_refcnt');
    assert.deepEqual([Proc.fieldAt(p_limit)?.access, Proc.fieldAt(p_lock)?.access], ['atomic', 'relaxed']);
    assert.equal(Proc.fieldAt(p_start)?.guardedBy, 'p_token');
    assert.equal(Plimit.size, 17);
  });

  it('refuses declarations that cannot work', () => {
    assert.throws(() => struct('none', {}), KmemError);
    assert.throws(() => struct('bad', { at: int32 }), /a field cannot be named at/);
    assert.throws(() => struct('bad', { base: int32 }), /a field cannot be named base/);
    assert.throws(() => struct('bad', { x: uint64, x_low: int32 }), /halves of x clash/);
    assert.throws(() => struct('bad', { x: owned(int32) }), /owned fields but no owner option/);
    assert.throws(
      () => struct('bad', { cpu: uint32, x: owned(int32) }, { owner: 'cpu' }),
      /owner cpu must be/,
    );
  });
});
