import assert from 'node:assert/strict';
import { Interrupt } from '../src/interrupt.ts';

describe('Ctrl-C', () => {
  it('raises the signal the first time, and only while it is watched for', () => {
    const before = process.listenerCount('SIGINT');
    const interrupt = new Interrupt();
    assert.equal(interrupt.isRaised, false);
    process.listeners('SIGINT').at(-1)?.('SIGINT');
    assert.equal(interrupt.isRaised, true);
    assert.equal(interrupt.signal.aborted, true);
    interrupt.dispose();
    assert.equal(process.listenerCount('SIGINT'), before);
  });
});
