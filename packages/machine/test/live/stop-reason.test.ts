import assert from 'node:assert/strict';
import { KmemError } from '@smplab/kmem';
import { MachineStop } from '../../src/live/machine-stop.ts';
import { stopReason } from '../../src/live/stop-reason.ts';

describe('the reason of a stop', () => {
  it('is the verdict and message of the kernel for what the kernel found', () => {
    const { verdict, message } = stopReason(new MachineStop('token-misuse', 'not held'));
    assert.deepEqual([verdict, message], ['token-misuse', 'not held']);
    assert.equal(stopReason(new KmemError('EFAULT', 'word 0')).message, 'EFAULT: word 0');
  });

  it('names what a program threw, whatever it is', () => {
    assert.equal(
      stopReason(new TypeError('x is no function')).message,
      'uncaught TypeError: x is no function',
    );
    assert.equal(stopReason(Symbol('s')).message, 'threw Symbol(s), which is no Error');
    assert.equal(stopReason(() => 1).message, 'threw a function, which is no Error');
    const strange = Object.assign(new Error('odd'), { stack: { toString: null }, name: 5 });
    assert.deepEqual(stopReason(strange), {
      verdict: 'panic',
      message: 'uncaught 5: odd',
      stack: 'something that has no text',
      details: [],
    });
  });
});
