import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { AccessClass, Memory, loadInt64, loadPair, loadUint64, store64 } from '@smplab/kmem';

describe('64-bit numbers', () => {
  it('survive being two words, signed and unsigned', () => {
    const memory = Memory.create({ initialWords: 64 });
    const at = memory.reserve(2);
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        store64(memory, at, value);
        assert.equal(loadInt64(memory, at), BigInt.asIntN(64, value));
        assert.equal(loadUint64(memory, at), BigInt.asUintN(64, value));
        const [low, high] = loadPair(memory, at, new Int32Array(2));
        assert.equal((BigInt(high) << 32n) | BigInt(low >>> 0), BigInt.asIntN(64, value));
      }),
    );
  });

  it('are accessed low word first, and tear as stated', () => {
    const memory = Memory.create({ initialWords: 64 });
    const at = memory.reserve(2);
    const order: number[] = [];
    memory.observer = { onAccess: (kind, wordIndex) => order.push(kind, wordIndex - at) };
    store64(memory, at, 1n, AccessClass.relaxed);
    loadInt64(memory, at);
    assert.deepEqual(order, [2, 0, 2, 1, 1, 0, 1, 1]);
    memory.observer = {
      // Another CPU stores all ones between the two halves of the load.
      onAccess: (_kind, wordIndex) => {
        if (wordIndex === at + 1) memory.words.fill(-1, at, at + 2);
      },
    };
    assert.equal(loadUint64(memory, at), 0xffff_ffff_0000_0001n);
  });
});
