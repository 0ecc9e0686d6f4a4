import assert from 'node:assert/strict';
import { explore, type ExploreResult } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_yield,
  need_lwkt_resched,
  type Steps,
  tsleep,
} from '../../src/index.ts';
import { kernelProgram } from '../fixtures/kernel-program.ts';
import { joinAll, newToken, newWord, start } from '../fixtures/tokens.ts';

/** main reads a word under a token, does `between`, and goes on by `use`; another thread changes the word. */
function explored(
  between: (k: Context, other: number) => Steps,
  use: (k: Context, word: number, value: number) => Steps,
  failOnAtomicityBreak = true,
): ExploreResult {
  const program = kernelProgram(
    'break',
    {
      failOnAtomicityBreak,
      threads: {
        *writer(k, token, other, word) {
          yield* lwkt_gettoken(k, other);
          yield* lwkt_gettoken(k, token);
          k.set(word, k.get(word) + 1);
          yield* lwkt_reltoken(k, token);
          yield* lwkt_reltoken(k, other);
        },
      },
    },
    function* (k) {
      const token = yield* newToken(k, 'p_token');
      const other = yield* newToken(k, 'pg_token');
      const word = yield* newWord(k);
      const td = yield* start(k, 'writer', [token, other, word], { cpu: 1 });
      yield* lwkt_gettoken(k, token);
      const value = k.get(word);
      yield* between(k, other);
      yield* use(k, word, value);
      yield* lwkt_reltoken(k, token);
      yield* joinAll(k, td);
    },
  );
  return explore(program, { strategy: 'random', schedules: 300, shrink: false });
}

function* write(k: Context, word: number, value: number): Steps {
  k.set(word, value + 10);
  yield* k.fence();
}

function* take(k: Context, other: number): Steps {
  yield* lwkt_gettoken(k, other);
  yield* lwkt_reltoken(k, other);
}

describe('an atomicity break', () => {
  it('is a value read under a token, lost at another token, and the value written back unseen', () => {
    const { verdict, message } = explored(take, write);
    assert.equal(verdict, 'token-misuse');
    assert.match(
      message,
      /cpu0\/main read word.* under a token, then waited for token.* pg_token \(all its tokens were lost\)/,
    );
    assert.match(message, /was changed, and it writes word.* without a second look/);
  });

  it('comes by every block: a sleep, giving way', () => {
    const asleep = explored((k) => sleepOnce(k), write);
    assert.equal(asleep.verdict, 'token-misuse');
    assert.match(asleep.message, /then slept/);
    const gaveWay = explored(function* (k) {
      need_lwkt_resched(k.cpu);
      yield* lwkt_yield(k);
    }, write);
    assert.equal(gaveWay.verdict, 'token-misuse');
    assert.match(gaveWay.message, /then gave way/);
  });

  it('is none where nothing blocks, or the word is read again', () => {
    assert.equal(explored((k) => k.fence() as never, write).verdict, 'none');
    const again = function* (k: Context, word: number): Steps {
      k.set(word, k.get(word) + 10);
      yield* k.fence();
    };
    assert.equal(explored(take, again).verdict, 'none');
  });

  it('is none where the thread only looks', () => {
    assert.equal(explored(take, (k) => k.fence() as never).verdict, 'none');
  });

  it('is told with other findings unless a machine is to fail for it', () => {
    assert.equal(explored(take, write, false).verdict, 'none');
    const judged = function* (k: Context, word: number, value: number): Steps {
      yield* write(k, word, value);
      if (value + 1 > 1 || k.get(word) !== 11) k.misuse('assertion', 'an increment is lost');
    };
    const lost = explored(take, judged, false);
    assert.equal(lost.verdict, 'assertion');
  });
});

function* sleepOnce(k: Context): Steps {
  yield* tsleep(k, 99, 0, 'nap', 1);
}

describe('a pointer read before a break', () => {
  it('must not be gone through after it was replaced', () => {
    const program = kernelProgram(
      'pointer',
      {
        failOnAtomicityBreak: true,
        threads: {
          *replacer(k, token, pointer) {
            yield* lwkt_gettoken(k, token);
            const fresh = yield* k.allocate('object', 2, true);
            k.set(pointer, fresh);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'p_token');
        const pointer = yield* newWord(k);
        const object = yield* k.allocate('object', 2, true);
        yield* lwkt_gettoken(k, token);
        k.set(pointer, object);
        yield* lwkt_reltoken(k, token);
        const td = yield* start(k, 'replacer', [token, pointer], { cpu: 1 });
        yield* lwkt_gettoken(k, token);
        const seen = k.get(pointer);
        yield* tsleep(k, 99, 0, 'nap', 1);
        k.get(seen + 1);
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    const { verdict, message } = explore(program, { strategy: 'random', schedules: 200, shrink: false });
    assert.equal(verdict, 'token-misuse');
    assert.match(message, /it goes through it to object/);
  });
});
