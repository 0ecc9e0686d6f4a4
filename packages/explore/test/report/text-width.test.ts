import assert from 'node:assert/strict';
import { clip, oneLine, padTo, textWidth, wrap } from '../../src/report/text-width.ts';

describe('the width of a text', () => {
  it('counts columns, not code units', () => {
    assert.equal(textWidth('abc'), 3);
    assert.equal(textWidth('→ ✗'), 3);
    assert.equal(textWidth('日本'), 4);
    assert.equal(textWidth('e\u0301'), 1);
    assert.equal(textWidth('😀'), 2);
  });

  it('is what a clipped text keeps to', () => {
    assert.equal(clip('abcdef', 6), 'abcdef');
    assert.equal(clip('abcdef', 4), 'abc…');
    assert.equal(clip('日本語', 4), '日…');
    assert.equal(clip('abc', 0), '');
  });

  it('is filled up with blanks, and never cut, by padding', () => {
    assert.equal(padTo('日', 4), '日  ');
    assert.equal(padTo('abc', 2), 'abc');
  });

  it('is what lines are broken at, between words', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('unbreakable', 3), ['unbreakable']);
    assert.deepEqual(wrap('', 3), []);
  });

  it('is not blown up by control characters', () => {
    assert.equal(oneLine('a\n  b\tc\u001b[1m\u200b'), 'a b c[1m');
  });
});
