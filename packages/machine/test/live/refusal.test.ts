import assert from 'node:assert/strict';
import { KernelPanic, KmemError } from '@smplab/kmem';
import { FixSwitchError, RegistryError } from '@smplab/lwkt';
import { ImageError } from '../../src/live/image.ts';
import { isRefusal } from '../../src/live/refusal.ts';

describe('what makes a machine impossible', () => {
  it('is an image, a name, a fix switch or a limit; what a program throws is not', () => {
    const refusals = [
      new ImageError('x'),
      new RegistryError('x'),
      new FixSwitchError('x'),
      new KmemError('ENOMEM', 'x'),
    ];
    assert.deepEqual(refusals.map(isRefusal), [true, true, true, true]);
    assert.deepEqual([new KernelPanic('x'), new Error('x'), 'x'].map(isRefusal), [false, false, false]);
  });
});
