import assert from 'node:assert/strict';
import { optionsText } from '../../src/report/options-text.ts';

describe('the text of the options of a machine', () => {
  it('has each by its name', () => {
    assert.equal(optionsText({ asSeed: ['x'], cpus: 2, mode: 'fixed' }), 'asSeed ["x"], cpus 2, mode fixed');
  });
});
