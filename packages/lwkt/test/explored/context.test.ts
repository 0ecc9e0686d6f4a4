import assert from 'node:assert/strict';
import { EQUAL, explore, type ExploreResult, GREATER_OR_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_exit,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_reltoken,
  lwkt_send_ipiq,
  type Steps,
  tsleep,
  wakeup,
} from '../../src/index.ts';
import { type Body, fn, kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { passesOnce } from '../fixtures/passes.ts';
import { joinAll, newToken, newWord, start } from '../fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 200 };

/** Two threads run the same body on one plain word. */
function both(body: Body, cpus = [0, 1]): ExploreResult {
  const program = kernelProgram('both', { threads: { body } }, function* (k) {
    const token = yield* newToken(k);
    const word = yield* newWord(k);
    const threads = [
      yield* start(k, 'body', [word, token], { cpu: cpus[0] }),
      yield* start(k, 'body', [word, token], { cpu: cpus[1] }),
    ];
    yield* joinAll(k, ...threads);
  });
  return explore(program, { ...MANY, shrink: false });
}

describe('operations on atomic words', () => {
  it('do what they say, and give what was there', () => {
    const program = kernelProgram('words', { cpus: 1 }, function* (k) {
      const word = yield* newWord(k);
      yield* k.store(word, 6);
      assert.equal(yield* k.fetchadd(word, 2), 6);
      assert.equal(yield* k.or(word, 3), 8);
      assert.equal(yield* k.and(word, 9), 11);
      assert.equal(yield* k.swap(word, 1), 9);
      assert.equal(yield* k.cmpset(word, 2, 3), false);
      assert.equal(yield* k.cmpset(word, 1, 3), true);
      assert.equal(yield* k.load(word), 3);
      yield* k.storeRelaxed(word, 4);
      assert.equal(yield* k.loadRelaxed(word), 4);
      yield* k.until(word, EQUAL, 4);
      yield* k.untilAny([
        { location: word, mask: -1, comparison: EQUAL, value: 5 },
        { location: word, mask: -1, comparison: GREATER_OR_EQUAL, value: 3 },
      ]);
      assert.equal(k.peek(word), 4);
      assert.equal(yield* k.fetchadd(word, 0x7fffffff), 4);
      assert.equal(k.peek(word), (0x7fffffff + 4) | 0);
    });
    passesOnce(program);
  });
});

describe('plain words', () => {
  it('race between two CPUs without a token', () => {
    const { verdict, races } = both(function* (k, word) {
      yield* k.fence();
      k.set(word, k.get(word) + 1);
    });
    assert.equal(verdict, 'data-race');
    assert.match(races[0].object, /^word/);
  });

  it('do not race under a token, exclusive for writers, shared for readers, with blocks in between', () => {
    const writers = both(function* (k, word, token) {
      yield* lwkt_gettoken(k, token);
      k.set(word, k.get(word) + 1);
      yield* tsleep(k, k.td, 0, 'nap', 1);
      k.set(word, k.get(word) + 1);
      yield* lwkt_reltoken(k, token);
    });
    assert.deepEqual([writers.verdict, writers.races], ['none', []]);
    const readers = both(function* (k, word, token) {
      yield* lwkt_gettoken_shared(k, token);
      k.get(word);
      yield* lwkt_reltoken(k, token);
      yield* lwkt_gettoken(k, token);
      k.set(word, 1);
      yield* lwkt_reltoken(k, token);
    });
    assert.deepEqual([readers.verdict, readers.races], ['none', []]);
  });

  it('race if writers take the token shared', () => {
    const { verdict } = both(function* (k, word, token) {
      yield* lwkt_gettoken_shared(k, token);
      k.set(word, 1);
      yield* lwkt_reltoken(k, token);
    });
    assert.equal(verdict, 'data-race');
  });

  it('do not race between threads of one CPU, which take turns', () => {
    const { verdict, races } = both(
      function* (k, word) {
        yield* k.fence();
        k.set(word, k.get(word) + 1);
      },
      [1, 1],
    );
    assert.deepEqual([verdict, races], ['none', []]);
  });

  it('race between a thread and a handler of its own CPU, unless a critical section is around', () => {
    for (const isCritical of [false, true]) {
      const program = kernelProgram(
        'handler',
        {
          threads: {
            *handler(k, word) {
              k.set(word, k.get(word) + 1);
              yield* k.fence();
            },
          },
        },
        function* (k) {
          const word = yield* newWord(k);
          const td = yield* start(k, 'sender', [word], { cpu: 1 });
          for (let round = 0; round < 3; round++) {
            if (isCritical) crit_enter(k);
            k.set(word, k.get(word) + 1);
            yield* k.fence();
            if (isCritical) yield* crit_exit(k);
          }
          yield* joinAll(k, td);
        },
      );
      program.given.registry.register('sender', function* (k: Context, word: number): Steps {
        yield* lwkt_send_ipiq(k, 0, fn('handler'), word, 0);
      });
      const { verdict } = explore(program, { ...MANY, shrink: false });
      assert.equal(verdict, isCritical ? 'none' : 'data-race');
    }
  });

  it('do not race between handlers of one CPU, in its interrupt or at a the critical section end', () => {
    const program = kernelProgram(
      'handlers',
      {
        cpus: 3,
        threads: {
          *handler(k, word) {
            k.set(word, k.get(word) + 1);
            yield* k.fence();
            k.set(word, k.get(word) + 1);
          },
          *sender(k, word) {
            for (let message = 0; message < 2; message++) yield* lwkt_send_ipiq(k, 0, fn('handler'), word, 0);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const threads = [
          yield* start(k, 'sender', [word], { cpu: 1 }),
          yield* start(k, 'sender', [word], { cpu: 2 }),
        ];
        for (let round = 0; round < 3; round++) {
          crit_enter(k);
          yield* k.fence();
          yield* crit_exit(k);
        }
        yield* joinAll(k, ...threads);
      },
    );
    assert.deepEqual(verdictOf(program, 'none', MANY).races, []);
  });

  it('are ordered by messages and by wakeups', () => {
    const program = kernelProgram(
      'ordered',
      {
        threads: {
          *reader(k, word, done) {
            assert.equal(k.get(word), 1);
            yield* k.store(done, 1);
            yield* wakeup(k, done);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const done = yield* newWord(k);
        k.set(word, 1);
        yield* lwkt_send_ipiq(k, 1, fn('reader'), word, done);
        while ((yield* k.load(done)) === 0) yield* tsleep(k, done, 0, 'done', 1);
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('hold int32 only, and are accessed between steps', () => {
    for (const value of [1.5, NaN, 2 ** 31, '1' as never]) {
      const program = kernelProgram('int32', { cpus: 1 }, function* (k) {
        k.set(yield* newWord(k), value);
      });
      assert.match(verdictOf(program, 'scenario-misuse', ONE).message, /values are int32/);
    }
    const forgotten = kernelProgram('forgotten', { cpus: 1 }, function* (k) {
      const word = yield* newWord(k);
      k.load(word);
      k.get(word);
    });
    assert.match(verdictOf(forgotten, 'scenario-misuse', ONE).message, /forgotten yield\*/);
  });
});

describe('a context', () => {
  it('belongs to one thread: another cannot use it', () => {
    let kept: Context | null = null;
    const program = kernelProgram(
      'borrowed',
      {
        threads: {
          *thief(_k, word) {
            if (kept !== null) yield* kept.load(word);
          },
        },
      },
      function* (k) {
        kept = k;
        const word = yield* newWord(k);
        yield* joinAll(k, yield* start(k, 'thief', [word], { cpu: 1 }));
      },
    );
    assert.match(
      verdictOf(program, 'scenario-misuse', MANY).message,
      /load was called with the context of cpu0\/main by cpu1\/thief/,
    );
  });

  it('stops the run at a misuse, which no catch can hide', () => {
    const program = kernelProgram('caught', { cpus: 1 }, function* (k) {
      yield* k.fence();
      try {
        k.panic('the kernel gives up');
      } catch {
        // Too late.
      }
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /the kernel gives up/);
  });

  it('names threads, and chooses as the strategy says', () => {
    const chosen = new Set<number>();
    const program = kernelProgram(
      'choose',
      {
        threads: {
          *other(k) {
            yield* k.fence();
          },
        },
      },
      function* (k) {
        assert.deepEqual([k.nameOf(k.td), k.nameOf(0)], ['main', 'no thread']);
        const td = yield* start(k, 'other', [], { cpu: 1 });
        chosen.add(k.choose(3));
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 50 });
    assert.deepEqual([...chosen].sort(), [0, 1, 2]);
  });
});
