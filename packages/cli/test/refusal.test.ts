import assert from 'node:assert/strict';
import { InputError, ScheduleError } from '@smplab/explore';
import { Refusal, verdictOn } from '../src/refusal.ts';

describe('the verdict on an error', () => {
  it('is one line and status 2 for wrong calls and input', () => {
    for (const error of [
      new Refusal('no\n such  file'),
      new InputError('no\nsuch file'),
      new ScheduleError('no'),
    ]) {
      const { text, status } = verdictOn(error);
      assert.equal(status, 2);
      assert.match(text, /^smplab: no[^\n]*$/);
    }
  });

  it('is status 3 and a stack for anything else', () => {
    const { text, status } = verdictOn(new TypeError('oops'));
    assert.equal(status, 3);
    assert.match(text, /TypeError: oops\n\s+at /);
    assert.equal(verdictOn('thrown text').status, 3);
  });
});
