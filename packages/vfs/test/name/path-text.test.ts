import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { putText, textAt, textOfBytes } from '../../src/name/path-text.ts';

const ROOM = 16;
const character = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
const text = fc.string({ unit: character, maxLength: ROOM - 1 });

describe('a path as a text of bytes', () => {
  it('comes out of words as it went in, and leaves nothing of what was there', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const words = new Int32Array(1 + ROOM / 4 + 1).fill(-1);
        putText(words, 1, ROOM, before);
        putText(words, 1, ROOM, after);
        assert.equal(textAt(words, 1, ROOM), after);
        const bytes = new Uint8Array(words.buffer, 4, ROOM);
        assert.ok(bytes.subarray(after.length).every((byte) => byte === 0));
        assert.deepEqual([words[0], words[words.length - 1]], [-1, -1], 'the words around it');
        assert.equal(textOfBytes(bytes.subarray(0, after.length)), after);
      }),
    );
  });

  it('ends at the room it has when there is no NUL', () => {
    const words = new Int32Array([0x64636261, 0x68676665]);
    assert.equal(textAt(words, 0, 6), 'abcdef');
  });
});
