import assert from 'node:assert/strict';
import { pageWidth, wantsColour } from '../src/terminal.ts';

const tty = { isTTY: true, hasColors: () => true, columns: 77 };
const pipe = { isTTY: false, hasColors: () => false, columns: 0 };

describe('the terminal', () => {
  it('gets colours unless it is dumb or NO_COLOR says otherwise', () => {
    assert.equal(wantsColour(tty, {}), true);
    assert.equal(wantsColour(tty, { TERM: 'dumb' }), false);
    assert.equal(wantsColour(tty, { NO_COLOR: '1', FORCE_COLOR: '1' }), false);
    assert.equal(wantsColour(tty, { NO_COLOR: '' }), true);
  });

  it('is the only thing that gets them, but for FORCE_COLOR', () => {
    assert.equal(wantsColour(pipe, {}), false);
    assert.equal(wantsColour(pipe, { FORCE_COLOR: '1' }), true);
    assert.equal(wantsColour(pipe, { FORCE_COLOR: '0' }), false);
  });

  it('says how wide a page is; elsewhere COLUMNS does, or a default', () => {
    assert.equal(pageWidth(tty, { COLUMNS: '50' }), 77);
    assert.equal(pageWidth(pipe, { COLUMNS: '50' }), 50);
    assert.equal(pageWidth(pipe, { COLUMNS: 'x' }), 100);
  });
});
