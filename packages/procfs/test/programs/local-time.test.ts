import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dateText, eastOf, listedTime } from '../../src/programs/local-time.ts';

/** 1993-09-21 14:06:24 UTC. */
const NOW = 748_620_384;
const DAY = 86_400;

describe('local time', () => {
  it('is what TZ says, in hours and minutes to the west', () => {
    assert.deepEqual(
      ['BST-1', 'EST5', 'EST+5', 'IST-5:30', 'NST3:30', '', 'Europe/London'].map(eastOf),
      [3600, -18_000, -18_000, 19_800, -12_600, 0, 0],
    );
  });

  it('of a file has a time of day for half a year either way, a year beyond', () => {
    const clock = { secondOf: Number, now: NOW, east: 3600 };
    assert.equal(listedTime(NOW, clock), 'Sep 21 15:06');
    assert.equal(listedTime(NOW - 180 * DAY, clock), 'Mar 25 15:06');
    assert.equal(listedTime(NOW - 200 * DAY, clock), 'Mar  5  1993');
    assert.equal(listedTime(NOW + 200 * DAY, clock), 'Apr  9  1994');
    assert.equal(listedTime(0, clock), 'Jan  1  1970');
  });

  it('is a date', () => {
    assert.equal(dateText(NOW, { secondOf: Number, now: NOW, east: 0 }), 'Tue Sep 21 14:06:24 1993');
  });
});
