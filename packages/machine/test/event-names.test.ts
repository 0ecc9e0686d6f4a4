import assert from 'node:assert/strict';
import { TD } from '@smplab/lwkt';
import { EventNames, plausibleName } from '../src/event-names.ts';
import { smallMachine } from './fixtures/small-machine.ts';

describe('the names of events', () => {
  it('are read from kernel memory, and again when they have changed', () => {
    const { kernel, writer, sleeper, token } = smallMachine();
    const names = new EventNames(kernel.memory, (number) => kernel.registry.nameOf(number));
    assert.deepEqual(names.thread(writer), { td: writer, name: 'writer' });
    assert.equal(names.token(token), 'accounts');
    assert.equal(names.message(sleeper), 'count');
    assert.equal(names.state(1), 'exclusive');
    assert.equal(names.function(kernel.registry.numberOf('sleeper')), 'sleeper');
    kernel.writeText(writer + TD.td_comm, 'renamed');
    assert.equal(names.thread(writer).name, 'renamed');
  });

  it('are numbers where there is no name any more', () => {
    const { kernel, writer } = smallMachine();
    const names = new EventNames(kernel.memory, String);
    kernel.words.fill(0xdeadc0de | 0, writer + TD.td_comm, writer + TD.td_comm + 4);
    assert.equal(names.thread(writer).name, `thread ${writer}`);
    assert.equal(names.thread(0).name, 'no thread');
    assert.equal(names.token(1 << 27), `token ${1 << 27}`);
    assert.equal(names.token(-5), 'token -5');
    assert.equal(names.message(3), '');
  });

  it('are texts, not bytes that happen to be there', () => {
    assert.equal(plausibleName('softclock 2'), 'softclock 2');
    assert.equal(plausibleName('zähler'), 'zähler');
    for (const text of ['', 'a\u0001', 'b\ufffd', 'c\n']) assert.equal(plausibleName(text), '');
  });
});
