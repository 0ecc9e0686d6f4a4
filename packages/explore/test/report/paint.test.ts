import assert from 'node:assert/strict';
import { paintFor } from '../../src/report/paint.ts';

describe('paint', () => {
  it('leaves texts alone when no colour is wanted', () => {
    assert.equal(paintFor(false).bad('x'), 'x');
  });

  it('undoes each style where the text ends', () => {
    assert.equal(paintFor(true).bad('x'), '\u001b[31mx\u001b[39m');
    assert.equal(paintFor(true).bold(''), '');
  });
});
