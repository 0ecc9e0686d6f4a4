import assert from 'node:assert/strict';
import { optionsText } from '../../src/report/options-text.ts';

describe('the text of the options of a machine', () => {
  it('has each by its name, lists and groups written out', () => {
    const text = optionsText({ asSeed: ['x', 'y'], cpus: 2, limits: { hz: 100, ticks: 0 }, mode: 'fixed' });
    assert.equal(text, 'asSeed x+y, cpus 2, limits (hz 100, ticks 0), mode fixed');
  });

  it('leaves out what is empty', () => {
    assert.equal(optionsText({ asSeed: [], cpus: 2, limits: {} }), 'cpus 2');
  });
});
