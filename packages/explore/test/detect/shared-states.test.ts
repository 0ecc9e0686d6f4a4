import assert from 'node:assert/strict';
import {
  WORD_FREED,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
} from '../../src/detect/race-detector.ts';
import { SharedStates } from '../../src/detect/shared-states.ts';

describe('states of words that realms share', () => {
  const buffer = (): SharedArrayBuffer => new SharedArrayBuffer(64);

  it('are the same in every realm, whoever changed them', () => {
    const bytes = buffer();
    const [one, other] = [new SharedStates(bytes), new SharedStates(bytes)];
    one.setState(8, 4, WORD_FREED);
    assert.equal(other.stateOf(8), WORD_FREED);
    other.setState(8, 2, WORD_UNINITIALISED);
    other.setState(10, 1, WORD_REDZONE);
    assert.deepEqual(
      [8, 9, 10, 11, 12].map((word) => one.stateOf(word)),
      [WORD_UNINITIALISED, WORD_UNINITIALISED, WORD_REDZONE, WORD_FREED, WORD_INITIALISED],
    );
    one.markInitialised(8);
    one.markInitialised(11);
    assert.deepEqual([other.stateOf(8), other.stateOf(11)], [WORD_INITIALISED, WORD_FREED]);
  });

  it('are those of untouched words again when all realms have begun another run', () => {
    const bytes = buffer();
    const realms = [new SharedStates(bytes), new SharedStates(bytes)];
    realms[0].setState(3, 2, WORD_FREED);
    realms[1].setState(40, 1, WORD_REDZONE);
    for (const realm of realms) realm.reset();
    assert.ok(new Uint8Array(bytes).every((state) => state === 0));
    realms[1].setState(1, 1, WORD_FREED);
    realms[0].reset();
    assert.equal(realms[0].stateOf(1), WORD_FREED);
  });

  it('know of no races', () => {
    const states = new SharedStates(buffer());
    states.read();
    states.write();
    assert.deepEqual(states.races, []);
  });
});
