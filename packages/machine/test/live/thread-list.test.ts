import assert from 'node:assert/strict';
import { GD, TD } from '@smplab/lwkt';
import { currentThread, livingThreads, threadName } from '../../src/live/thread-list.ts';
import { bootedKernel } from '../fixtures/booted-kernel.ts';

describe('the list of threads', () => {
  it('names those of programs, not those of the kernel', () => {
    const kernel = bootedKernel(2);
    assert.deepEqual(livingThreads(kernel), ['main (cpu0)']);
    assert.equal(currentThread(kernel, 0), 'none');
    assert.equal(threadName(kernel, kernel.words[kernel.gdOf(0) + GD.gd_idlethread]), 'idle');
  });

  it('comes to an end in a memory that a program has written over', () => {
    const kernel = bootedKernel(1);
    const { words } = kernel;
    const first = words[kernel.gdOf(0) + GD.gd_tdallq];
    words[first + TD.td_allq] = first;
    words[first + TD.td_flags] = 0;
    words.fill(-1, first + TD.td_comm, first + TD.td_comm + 4);
    assert.equal(livingThreads(kernel).length, 1000);
    assert.equal(threadName(kernel, first), 'without a name');
    assert.equal(threadName(kernel, -5), 'of a wild address');
    assert.equal(threadName(kernel, 1 << 30), 'of a wild address');
  });
});
