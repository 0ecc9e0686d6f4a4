import assert from 'node:assert/strict';
import { markerOf } from '../src/marker.ts';

describe('marks', () => {
  it('keep their fields, whatever the names have in them', () => {
    const at = { timeNs: 0, cpu: 0, tid: 3 };
    assert.equal(markerOf({ kind: 'begin', ...at, track: 'a|b', name: 'c\nd' }, 2), 'S|2|a_b: c_d|3');
    assert.equal(markerOf({ kind: 'instant', ...at, name: 'größe 1' }, 2), 'I|2|größe 1');
    assert.equal(markerOf({ kind: 'counter', timeNs: 0, track: 'x|y', value: -1 }, 9), 'C|0|x_y|-1');
  });
});
