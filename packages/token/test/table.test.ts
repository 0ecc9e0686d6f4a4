import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  EV_MINE,
  EV_RELEASE_COUNTED,
  EV_RELEASE_EXCLUSIVE,
  EV_RELEASE_LAST_COUNTED,
  EV_TRY_EXCLUSIVE,
  EV_TRY_SHARED,
  EV_WANT_EXCLUSIVE,
  EV_WANT_SHARED,
  EV_WANT_SHARED_FAIR,
  GRANTED,
  NO_EDGE,
  REFUSED,
  REQUESTED,
  TokenTransitions,
  deltaOf,
  entryOf,
  eventNameOf,
  isGranted,
  nextOf,
  outcomeOf,
  setEntryOf,
  stateNameOf,
  stateOf,
  tokenEvents,
  tokenMachine,
  tokenSetEvents,
  tokenSetStates,
  tokenStates,
  tokenTable,
  tokenTransitions,
} from '@smplab/token';
import { setup } from 'xstate';
import { edges, withoutEdge } from './fixtures/without-edge.ts';

const step = (count: number, event: number) => {
  const entry = entryOf(tokenTable, count, event);
  return [outcomeOf(entry), deltaOf(entry)];
};

describe('the table of the token word', () => {
  it('numbers states by the two flags and whether anything is counted', () => {
    for (const [name, least] of Object.entries(tokenStates)) {
      assert.equal(stateOf(least), least);
      assert.equal(stateNameOf(least), name);
    }
    assert.deepEqual([8, 9, 0x7ffffffc, 0x7fffffff].map(stateOf), [4, 5, 4, 7]);
  });

  it('grants by the arithmetic of the word', () => {
    assert.deepEqual(step(0, EV_TRY_EXCLUSIVE), [GRANTED, 1]);
    assert.deepEqual(step(2, EV_WANT_EXCLUSIVE), [GRANTED, -1]);
    assert.deepEqual(step(2, EV_TRY_SHARED), [GRANTED, 4]);
    assert.deepEqual(step(1, EV_TRY_EXCLUSIVE | EV_MINE), [GRANTED, 4]);
    assert.deepEqual(step(5, EV_RELEASE_LAST_COUNTED), [GRANTED, -4]);
    assert.deepEqual(step(9, EV_RELEASE_COUNTED), [GRANTED, -4]);
    assert.deepEqual(step(7, EV_RELEASE_EXCLUSIVE), [GRANTED, -1]);
  });

  it('leaves EXCLREQ only where a request may wait and nobody left it before', () => {
    for (const count of [1, 4, 5, 8]) assert.deepEqual(step(count, EV_WANT_EXCLUSIVE), [REQUESTED, 2]);
    for (const count of [3, 6, 7, 10]) assert.deepEqual(step(count, EV_WANT_EXCLUSIVE), [REFUSED, 0]);
    for (const count of [1, 3, 4, 5, 6, 7]) assert.deepEqual(step(count, EV_TRY_EXCLUSIVE), [REFUSED, 0]);
  });

  it('holds fair readers back behind EXCLREQ, and no others', () => {
    for (const count of [2, 6]) {
      assert.deepEqual(step(count, EV_WANT_SHARED), [GRANTED, 4]);
      assert.deepEqual(step(count, EV_WANT_SHARED_FAIR), [REFUSED, 0]);
    }
    for (const count of [0, 4]) assert.deepEqual(step(count, EV_WANT_SHARED_FAIR), [GRANTED, 4]);
  });

  it('forbids to release what is not held, and to be the holder of what nobody has', () => {
    for (const count of [0, 2]) assert.deepEqual(step(count, EV_RELEASE_LAST_COUNTED), [NO_EDGE, 0]);
    for (const count of [0, 2, 4]) assert.deepEqual(step(count, EV_RELEASE_EXCLUSIVE), [NO_EDGE, 0]);
    for (const count of [0, 2, 4]) assert.deepEqual(step(count, EV_WANT_SHARED | EV_MINE), [NO_EDGE, 0]);
    for (const count of [0, 1, 5]) assert.equal(entryOf(tokenTable, count, EV_WANT_SHARED_FAIR | EV_MINE), 0);
  });

  it('agrees with the machine wherever the word can be, by both forms of the look-up', () => {
    const counts = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 0x7fffffff - 8 }));
    fc.assert(
      fc.property(counts, fc.constantFrom(...Object.values(tokenEvents)), (count, event) => {
        const entry = tokenTransitions.entry(count, event);
        assert.equal(entry, entryOf(tokenTable, count, event));
        const last = event === EV_RELEASE_LAST_COUNTED && count >= 8;
        const more = event === EV_RELEASE_COUNTED && count < 8;
        if (entry !== NO_EDGE && !last && !more) assert.equal(stateOf(count + deltaOf(entry)), nextOf(entry));
      }),
    );
  });

  it('describes entries in words', () => {
    assert.equal(
      tokenTransitions.describe(0, EV_TRY_EXCLUSIVE),
      'free --tryExclusive--> exclusive (granted)',
    );
    assert.equal(tokenTransitions.describe(0, EV_RELEASE_EXCLUSIVE), 'free --releaseExclusive--> forbidden');
    assert.equal(tokenTransitions.describe(1, 15), 'exclusive --event 15--> forbidden');
    assert.equal(eventNameOf(EV_WANT_SHARED_FAIR), 'wantSharedFair');
    assert.equal(eventNameOf(9), undefined);
  });
});

describe('the soundness of a token machine', () => {
  it('is given for the machine itself, whose hash the table carries', () => {
    assert.deepEqual(tokenTransitions.problems(), []);
    assert.equal(new TokenTransitions(tokenMachine).hash, tokenTransitions.hash);
  });

  it('is broken by the lack of any one transition, which only that cell shows', () => {
    for (const { state, event } of edges()) {
      const damaged = new TokenTransitions(withoutEdge(state, event));
      assert.match(
        damaged.problems().join('\n'),
        new RegExp(`${state} --${event}--> forbidden: wrong compl`),
      );
      assert.notEqual(damaged.hash, tokenTransitions.hash);
      assert.equal(damaged.entry(tokenStates[state], tokenEvents[event]), NO_EDGE);
      const others = [...tokenTable].map((entry, at) => (entry === damaged.table[at] ? 0 : 1));
      assert.equal(others.filter((differs) => differs === 1).length, 1, `${state} ${event}`);
    }
  });

  it('is broken by a delta that leads elsewhere than the machine', () => {
    const wrong = { target: 'exclusive', actions: { type: 'grant', params: { delta: 4 } } };
    const config = structuredClone(tokenMachine.config) as { states?: Record<string, { on?: object }> };
    Object.assign(config.states?.['free']?.on ?? {}, { tryExclusive: wrong });
    const machine = setup({}).createMachine(config);
    assert.deepEqual(new TokenTransitions(machine).problems(), [
      'free --tryExclusive--> exclusive (granted): adds 4, which makes 0 to 4',
    ]);
  });
});

describe('the table of the set of tokens of a thread', () => {
  const { none, owned, wanting, dropped } = tokenSetStates;
  const next = (state: number, event: keyof typeof tokenSetEvents) => {
    const entry = setEntryOf(state, tokenSetEvents[event]);
    return entry === NO_EDGE ? 'forbidden' : isGranted(entry) ? nextOf(entry) : -nextOf(entry);
  };

  it('lets a thread whose token was refused do nothing but switch', () => {
    assert.equal(next(owned, 'pushRefused'), -wanting);
    const allowed = Object.values(tokenSetEvents).filter((event) => setEntryOf(wanting, event) !== NO_EDGE);
    assert.deepEqual(allowed, [tokenSetEvents.switchOut]);
    assert.equal(next(wanting, 'switchOut'), dropped);
  });

  it('gives a switched-out thread all its tokens or none', () => {
    assert.equal(next(dropped, 'switchInAll'), owned);
    assert.equal(next(dropped, 'switchInRefused'), -dropped);
    for (const event of ['pushGranted', 'tryGranted', 'release', 'swap', 'switchOut'] as const) {
      assert.equal(next(dropped, event), 'forbidden');
    }
  });

  it('needs tokens for a release or a swap', () => {
    assert.equal(next(none, 'release'), 'forbidden');
    assert.equal(next(none, 'swap'), 'forbidden');
    assert.equal(next(owned, 'releaseLast'), none);
    assert.equal(next(none, 'switchOut'), none);
  });

  it('counts the references on the stack', () => {
    const delta = (state: number, event: keyof typeof tokenSetEvents) =>
      deltaOf(setEntryOf(state, tokenSetEvents[event]));
    assert.equal(delta(none, 'pushGranted'), 1);
    assert.equal(delta(owned, 'pushRefused'), 1);
    assert.equal(delta(owned, 'tryRefused'), 0);
    assert.equal(delta(owned, 'release'), -1);
    assert.equal(delta(dropped, 'switchInAll'), 0);
  });
});
