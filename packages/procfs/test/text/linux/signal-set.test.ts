import assert from 'node:assert/strict';
import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { linuxSet, linuxSignal, signalDigits } from '../../../src/text/linux/signal-set.ts';

describe('a set of signals', () => {
  it('has the numbers of Linux', () => {
    const numbers = [kern.SIGHUP, kern.SIGCHLD, kern.SIGUSR1, kern.SIGSTOP, kern.SIGSYS, kern.SIGBUS];
    assert.deepEqual(numbers.map(linuxSignal), [1, 17, 10, 19, 31, 7]);
    assert.deepEqual([0, kern.SIGEMT, kern.SIGINFO, 33].map(linuxSignal), [0, 0, 0, 0]);
  });

  it('leaves out what Linux has no signal for, and no signal of Linux is two of BSD', () => {
    assert.equal(linuxSet(kern.sigbit(kern.SIGEMT) | kern.sigbit(kern.SIGHUP)), 1);
    assert.equal(signalDigits(-1), `00000000${allBits()}`);
  });
});

/** Every signal of BSD but EMT, INFO and THR, each once. */
function allBits(): string {
  let bits = 0;
  for (let signal = 1; signal <= 32; signal++) {
    const number = linuxSignal(signal);
    if (number === 0) continue;
    assert.equal((bits >>> (number - 1)) & 1, 0, `signal ${signal}`);
    bits |= 1 << (number - 1);
  }
  return (bits >>> 0).toString(16).padStart(8, '0');
}
