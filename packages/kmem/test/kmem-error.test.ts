import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, KmemError } from '@smplab/kmem';

describe('errors', () => {
  it('carry a code to switch on and say it in the message', () => {
    const error = new KmemError('ENOMEM', 'no room');
    assert.deepEqual([error.code, error.name, error.message], ['ENOMEM', 'KmemError', 'ENOMEM: no room']);
  });

  it('are told from panics by class', () => {
    const panic: Error = new KernelPanic('lost');
    assert.ok(!(panic instanceof KmemError));
    assert.equal(panic.message, 'panic: lost');
  });
});
