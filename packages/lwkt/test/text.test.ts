import assert from 'node:assert/strict';
import { Memory, readCstring } from '@smplab/kmem';
import { describe, it } from 'mocha';
import { packedText } from '../src/text.ts';

describe('packedText', () => {
  it('is what a cstring(16) field holds: 15 bytes at most, and a NUL', () => {
    const memory = Memory.create();
    const field = memory.reserve(4);
    for (const [text, read] of [
      ['', ''],
      ['wait', 'wait'],
      ['exactly15 bytes', 'exactly15 bytes'],
      ['more than fifteen', 'more than fiftee'],
    ]) {
      memory.words.set(packedText(text), field);
      assert.equal(readCstring(memory, field, 16), read.slice(0, 15));
    }
  });
});
