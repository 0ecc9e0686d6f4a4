import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { dumpList } from '../../src/table/dump-list.ts';

const WORDS = 32;

describe('a list of a machine that has crashed', () => {
  it('is walked to its end', () => {
    const words = Int32Array.of(0, 0, 0, 7, 0, 0, 0, 11, 0, 0, 0, 0);
    // The elements 2, 6 and 10: the word after each leads to the next.
    words[7] = 10;
    words[3] = 6;
    assert.deepEqual([...dumpList(words, 2, 1)], [2, 6, 10]);
    assert.deepEqual([...dumpList(words, 0, 1)], []);
  });

  it('ends where a link leads out of memory, or back, whatever the words are', () => {
    const any = fc.array(fc.integer({ min: -2, max: WORDS + 2 }), { minLength: WORDS, maxLength: WORDS });
    fc.assert(
      fc.property(any, fc.integer({ min: -2, max: WORDS + 2 }), fc.nat(3), (content, first, entry) => {
        const words = Int32Array.from(content);
        const found = [...dumpList(words, first, entry)];
        assert.equal(new Set(found).size, found.length);
        let expected = first;
        for (const at of found) {
          assert.equal(at, expected);
          assert.ok(at > 0 && at + entry < WORDS);
          expected = words[at + entry];
        }
        // It has ended for a reason.
        assert.ok(expected <= 0 || expected + entry >= WORDS || found.includes(expected));
      }),
    );
  });
});
