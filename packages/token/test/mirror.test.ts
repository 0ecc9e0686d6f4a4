import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  EV_RELEASE_EXCLUSIVE,
  EV_TRY_EXCLUSIVE,
  EV_TRY_SHARED,
  EV_WANT_EXCLUSIVE,
  TokenMirror,
} from '@smplab/token';
import { withoutEdge } from './fixtures/without-edge.ts';

describe('the mirror', () => {
  it('follows tokens apart from each other', () => {
    const mirror = new TokenMirror();
    mirror.observe(100, 'proc', EV_TRY_EXCLUSIVE, 1);
    mirror.observe(200, 'vm', EV_TRY_SHARED, 4);
    mirror.observe(100, 'proc', EV_WANT_EXCLUSIVE, 3);
    assert.deepEqual(
      [100, 200, 300].map((token) => mirror.stateOf(token)),
      ['exclusiveRequested', 'shared', undefined],
    );
    mirror.reset();
    assert.equal(mirror.stateOf(100), undefined);
  });

  it('reports what happens to an inspector, outcomes as actions', () => {
    const seen: string[] = [];
    const mirror = new TokenMirror({
      inspect: (event) => {
        if (event.type === '@xstate.action') seen.push(event.action.type);
        if (event.type === '@xstate.event') seen.push(event.event.type);
      },
    });
    mirror.observe(100, 'proc', EV_TRY_EXCLUSIVE, 1);
    mirror.observe(100, 'proc', EV_TRY_SHARED, 1);
    const relevant = seen.filter((type) => !type.startsWith('xstate.'));
    assert.deepEqual(relevant.sort(), ['grant', 'refuse', 'tryExclusive', 'tryShared']);
  });

  it('begins in the middle when told where', () => {
    const mirror = new TokenMirror();
    mirror.watch(100, 'proc', 13);
    assert.equal(mirror.stateOf(100), 'recursive');
    mirror.observe(100, 'proc', EV_RELEASE_EXCLUSIVE, 12);
    assert.equal(mirror.stateOf(100), 'shared');
  });

  it('panics when the word went another way', () => {
    const mirror = new TokenMirror();
    assert.throws(
      () => mirror.observe(100, 'proc', EV_TRY_EXCLUSIVE, 3),
      /token proc \(word 100\): tryExclusive in state free leads to exclusive, but the word is 3, which/,
    );
  });

  it('panics at an event that the machine forbids or does not know', () => {
    const mirror = new TokenMirror({ machine: withoutEdge('free', 'tryShared') });
    assert.throws(() => mirror.observe(1, 'a', EV_TRY_SHARED, 4), /tryShared in state free is no transition/);
    assert.throws(
      () => mirror.observe(1, 'a', EV_RELEASE_EXCLUSIVE, 0),
      /releaseExclusive in state free is no/,
    );
    assert.throws(() => mirror.observe(1, 'a', 9, 0), /event 9 in state free is no transition/);
  });
});
