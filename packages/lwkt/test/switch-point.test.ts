import assert from 'node:assert/strict';
import type { Step } from '@smplab/explore';
import { SwitchPoint, SWITCHING } from '../src/index.ts';

/** As a context hands it out. */
function stepOf(point: SwitchPoint, other: number): Step<number> {
  return point.begin(other) as unknown as Step<number>;
}

describe('a switch point', () => {
  it('says once that the thread has gone, and gives the thread that ran before when it is resumed', () => {
    const point = new SwitchPoint();
    const thread = (function* () {
      const first: number = yield* stepOf(point, 7);
      const second: number = yield* stepOf(point, 8);
      return [first, second];
    })();
    assert.equal(thread.next(), SWITCHING);
    assert.equal(point.other, 7);
    point.other = 3;
    assert.equal(thread.next(), SWITCHING);
    assert.equal(point.other, 8);
    point.other = 4;
    assert.deepEqual(thread.next(), { done: true, value: [3, 4] });
  });

  it('begins anew in a thread that was given up while it was away', () => {
    const point = new SwitchPoint();
    point.begin(1).next();
    assert.equal(point.begin(2).next(), SWITCHING);
  });
});
