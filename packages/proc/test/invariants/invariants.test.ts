import assert from 'node:assert/strict';
import { TestTable } from './table-builder.ts';

describe('invariants of a valid table', () => {
  it('hold, whether anybody is inside the kernel or not', () => {
    assert.deepEqual(new TestTable().complaints(true), []);
    assert.deepEqual(new TestTable().complaints(false), []);
  });
});
