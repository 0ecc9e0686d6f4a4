import assert from 'node:assert/strict';
import { LogSender } from '../../src/live/log-sender.ts';

describe('the sender of lines', () => {
  it('sends no more than the host can take, and tells how many were dropped', () => {
    const taken = new Int32Array(2);
    const texts: string[] = [];
    const sender = new LogSender(1, taken, (message) => message.kind === 'log' && texts.push(message.text));
    for (let line = 0; line < 1005; line++) sender.log(1, `line ${line}`);
    assert.equal(texts.length, 1000);
    taken[1] = 1000;
    sender.log(1, 'again');
    assert.deepEqual(texts.slice(1000), [
      '(5 lines were dropped: they came faster than the host takes them)',
      'again',
    ]);
    sender.flush();
    assert.equal(texts.length, 1002);
  });

  it('cuts lines without end', () => {
    const texts: string[] = [];
    const sender = new LogSender(
      0,
      new Int32Array(1),
      (message) => message.kind === 'log' && texts.push(message.text),
    );
    sender.log(0, 'x'.repeat(1_000_000));
    assert.equal(texts[0]?.length, 10_000);
  });
});
