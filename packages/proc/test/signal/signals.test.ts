import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  defaultOf,
  isIgnoredByDefault,
  isSignal,
  isStop,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  signalName,
  signalNumber,
  SIGQUIT,
  SIGSTOP,
  SIGTHR,
  SIGTSTP,
} from '../../src/signal/signals.ts';

describe('signals', () => {
  it('are the numbers 1 to 32', () => {
    for (const no of [0, 33, -1, 1.5]) assert.ok(!isSignal(no));
    for (let signal = 1; signal <= 32; signal++) assert.ok(isSignal(signal));
    assert.equal(SIGTHR, 32);
  });

  it('have names that lead back to them', () => {
    for (let signal = 1; signal <= 32; signal++) {
      assert.equal(signalNumber(signalName(signal)), signal);
      assert.equal(signalNumber(signalName(signal).slice(3).toLowerCase()), signal);
    }
    assert.equal(signalName(40), 'signal 40');
    assert.equal(signalNumber('NONE'), undefined);
  });

  it('terminate, dump, stop, continue or do nothing by default', () => {
    assert.deepEqual([SIGKILL, SIGQUIT, SIGSTOP, SIGTSTP, SIGCONT, SIGCHLD].map(defaultOf), [
      'terminate',
      'core',
      'stop',
      'ttystop',
      'continue',
      'ignore',
    ]);
    assert.deepEqual([SIGSTOP, SIGTSTP, SIGKILL].map(isStop), [true, true, false]);
    assert.deepEqual([SIGCHLD, SIGCONT, SIGKILL].map(isIgnoredByDefault), [true, true, false]);
  });
});
