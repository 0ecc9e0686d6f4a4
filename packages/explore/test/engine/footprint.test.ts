import assert from 'node:assert/strict';
import { ATOMIC, conflicts, PLAIN, READ, READ_WRITE, WRITE } from '../../src/engine/footprint.ts';

describe('two accesses conflict', () => {
  it('when they touch one location and one of them writes', () => {
    const at = (location: number, access: number) => ({ location, access });
    assert.equal(conflicts(at(1, READ | PLAIN), at(1, WRITE | PLAIN)), true);
    assert.equal(conflicts(at(1, READ_WRITE | ATOMIC), at(1, READ | ATOMIC)), true);
    assert.equal(conflicts(at(1, WRITE), at(1, WRITE)), true);
    assert.equal(conflicts(at(1, READ | ATOMIC), at(1, READ | ATOMIC)), false);
    assert.equal(conflicts(at(1, WRITE), at(2, WRITE)), false);
  });
});
