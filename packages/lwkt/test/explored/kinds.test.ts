import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { EV_RELEASE_EXCLUSIVE, EV_TRY_EXCLUSIVE, EV_WANT_SHARED_FAIR } from '@smplab/token';
import { describe, it } from 'mocha';
import { takes } from '../../src/explored/kinds.ts';
import type { Body } from '../fixtures/kernel-program.ts';
import { kernelProgram } from '../fixtures/kernel-program.ts';
import { joinAll, newWord, start } from '../fixtures/tokens.ts';

/**
 * One CPU writes a plain word and then does `publish` on a flag; the other waits by `see` and reads the word.
 */
function isOrdered(publish: Body, see: Body): boolean {
  const program = kernelProgram(
    'publish',
    {
      threads: {
        *reader(k, word, flag) {
          if ((yield* see(k, flag)) === 1) k.get(word);
        },
      },
    },
    function* (k) {
      const word = yield* newWord(k);
      const flag = yield* newWord(k);
      const td = yield* start(k, 'reader', [word, flag], { cpu: 1 });
      k.set(word, 1);
      yield* publish(k, flag);
      yield* joinAll(k, td);
    },
  );
  const { verdict } = explore(program, { strategy: 'random', schedules: 100, shrink: false });
  assert.ok(verdict === 'none' || verdict === 'data-race', verdict);
  return verdict === 'none';
}

const store: Body = (k, flag) => k.store(flag, 1) as never;
const load: Body = (k, flag) => k.load(flag) as never;

describe('a step on an atomic word', () => {
  it('orders what was before it with what comes after it elsewhere', () => {
    const writers: Body[] = [
      store,
      (k, flag) => k.fetchadd(flag, 1) as never,
      (k, flag) => k.or(flag, 1) as never,
      (k, flag) => k.swap(flag, 1) as never,
      (k, flag) => k.cmpset(flag, 0, 1) as never,
    ];
    for (const publish of writers) assert.ok(isOrdered(publish, load));
    assert.ok(isOrdered(store, (k, flag) => k.and(flag, -1) as never));
    assert.ok(isOrdered(store, (k, flag) => k.fetchadd(flag, 0) as never));
  });

  it('that is relaxed orders nothing, nor does a peek or a failed look at a token', () => {
    assert.ok(!isOrdered((k, flag) => k.storeRelaxed(flag, 1) as never, load));
    assert.ok(!isOrdered(store, (k, flag) => k.loadRelaxed(flag) as never));
    assert.ok(!isOrdered(store, (k, flag) => k.tokenLoad(flag) as never));
  });
});

describe('the events of a token', () => {
  it('take it or give it back', () => {
    assert.ok(takes(EV_TRY_EXCLUSIVE) && takes(EV_WANT_SHARED_FAIR));
    assert.ok(!takes(EV_RELEASE_EXCLUSIVE));
  });
});
