import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  BECOMING,
  type Context,
  crit_enter,
  lwkt_create,
  lwkt_gettoken,
  lwkt_join,
  lwkt_send_ipiq,
  lwkt_switch,
  type Steps,
  tsleep,
} from '../src/index.ts';
import { BECOME_POINT } from '../src/become-point.ts';
import { type Body, check, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { newToken, newWord } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 200 };

function* adds(k: Context, word: number, result: number): Steps<number> {
  yield* k.fetchadd(word, 1);
  return result;
}

/** Main becomes something it may not; what is said. */
function refusal(main: Body, threads: Readonly<Record<string, Body>> = {}, verdict = 'panic'): string {
  return verdictOf(kernelProgram('becomes', { threads }, main), verdict, ONE).message;
}

describe('a thread that becomes other code', () => {
  it('yields what its driver knows, again and again', () => {
    const iterator = BECOME_POINT[Symbol.iterator]();
    assert.equal(iterator.next(), BECOMING);
    assert.equal(iterator.next(), BECOMING);
  });

  it('never comes back to the old code, and ends with what the new code returns', () => {
    let isGone = true;
    function* nested(k: Context, word: number, depth: number): Steps {
      try {
        if (depth > 0) yield* nested(k, word, depth - 1);
        yield* k.fetchadd(word, 1);
        yield* k.become(adds(k, word, 5));
      } finally {
        isGone = false;
      }
    }
    const program = kernelProgram(
      'nested',
      { threads: { nested: (k, word) => nested(k, word, 3) } },
      function* (k) {
        const word = yield* newWord(k);
        const tds = [];
        for (const cpu of [0, 1]) tds.push(yield* lwkt_create(k, fn('nested'), { cpu, args: [word] }));
        for (const td of tds) check(k, (yield* lwkt_join(k, td)) === 5, 'the result is that of the new code');
        check(k, (yield* k.load(word)) === 4, 'each of them ran once');
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(isGone, 'the old code was dropped, not returned');
  });

  it('may do so at once, again, after switches and sleeps, and with code that makes no step', () => {
    function* silent(): Steps<number> {
      return 3;
    }
    function* again(k: Context, word: number): Steps {
      yield* lwkt_switch(k);
      yield* tsleep(k, word, 0, 'nap', 1);
      yield* k.become(silent());
    }
    const main: Body = function* (k) {
      const word = yield* newWord(k);
      const td = yield* lwkt_create(k, fn('first'), { cpu: 1, args: [word] });
      check(k, (yield* lwkt_join(k, td)) === 3, 'the last code counts');
      yield* k.become(adds(k, word, 0));
    };
    const first: Body = function* (k, word) {
      yield* k.become(again(k, word));
    };
    verdictOf(kernelProgram('again', { threads: { first } }, main), 'none', MANY);
  });

  it('makes no step by it', () => {
    const stepsOf = (main: Body): number =>
      verdictOf(kernelProgram('steps', { cpus: 1 }, main), 'nothing-concurrent', ONE).steps;
    const plain = stepsOf(function* (k) {
      const word = yield* newWord(k);
      yield* adds(k, word, 0);
    });
    const becoming = stepsOf(function* (k) {
      const word = yield* newWord(k);
      yield* k.become(adds(k, word, 0));
    });
    assert.equal(becoming, plain);
  });

  it('is refused in a critical section, with tokens, and in a handler on top of a thread', () => {
    const critical = refusal(function* (k) {
      crit_enter(k);
      yield* k.become(adds(k, 0, 0));
    });
    assert.match(critical, /become: main is in 1 critical sections/);
    const holding = refusal(function* (k) {
      yield* lwkt_gettoken(k, yield* newToken(k));
      yield* k.become(adds(k, 0, 0));
    });
    assert.match(holding, /become: main holds tokens/);
    const handler: Body = function* (k) {
      yield* k.become(adds(k, 0, 0));
    };
    const interrupted = refusal(
      function* (k) {
        yield* lwkt_send_ipiq(k, 1, fn('handler'), 0, 0);
        yield* tsleep(k, 5, 0, 'nap', 5);
      },
      { handler },
    );
    assert.match(interrupted, /become: idle is (interrupted|in 1 critical sections)/);
  });

  it('is refused without a generator', () => {
    const what = refusal(
      function* (k) {
        yield* k.become(adds as never);
      },
      {},
      'scenario-misuse',
    );
    assert.match(what, /become needs the generator of the code that goes on/);
  });

  it('is refused with the context of another thread, and after a forgotten yield*', () => {
    let other: Context | null = null;
    const stolen = refusal(
      function* (k) {
        other ??= k;
        yield* lwkt_join(k, yield* lwkt_create(k, fn('thief'), { cpu: 1 }));
      },
      {
        *thief(k) {
          yield* (other as Context).become(adds(k, 0, 0));
        },
      },
      'scenario-misuse',
    );
    assert.match(stolen, /k\.become was called with the context of cpu0\/main by cpu1\/thief/);
    const forgotten = refusal(
      function* (k) {
        const word = yield* newWord(k);
        void k.fetchadd(word, 1);
        yield* k.become(adds(k, word, 0));
      },
      {},
      'scenario-misuse',
    );
    assert.match(forgotten, /forgotten yield\*/);
  });
});
