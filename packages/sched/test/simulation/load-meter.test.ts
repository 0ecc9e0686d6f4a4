import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LoadMeter } from '../../src/simulation/load-meter.ts';

describe('the load meter', () => {
  it('adds up how many waited, and idle CPUs that each had one to run', () => {
    const meter = new LoadMeter(2);
    meter.addWaiting(0, 3);
    meter.addIdle(10, -1);
    // 3 waited for 10 with two idle; then 2 for 5 with one.
    meter.addWaiting(10, -1);
    meter.addIdle(15, -1);
    meter.upTo(100);
    assert.deepEqual([meter.waitingNs, meter.wastedNs], [30 + 2 * 90, 20 + 5]);
    assert.deepEqual([meter.waiting, meter.mostWaiting], [2, 3]);
  });
});
