import assert from 'node:assert/strict';
import { globalTokenNames } from '@smplab/token';
import {
  type Context,
  globalToken,
  lwkt_getpooltoken,
  lwkt_gettoken,
  lwkt_relpooltoken,
  lwkt_reltoken,
  lwkt_token_pool_lookup,
} from '../src/index.ts';
import { check, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };

describe('the token pool', () => {
  it('gives an object always the same token, which others may have too', () => {
    const machine = kernelProgram('pool', { limits: { poolTokens: 3 } }, function* (k) {
      const token = lwkt_token_pool_lookup(k, 7);
      check(k, token === lwkt_token_pool_lookup(k, 7), 'the same token');
      check(k, token === lwkt_token_pool_lookup(k, 10), '7 and 10 are alike modulo 3');
      check(k, token !== lwkt_token_pool_lookup(k, 8), '8 is not');
      yield* k.fence();
    });
    verdictOf(machine, 'nothing-concurrent', ONE);
  });

  it('serialises those who take the token of one object, in every schedule of two CPUs', () => {
    const increment = function* (k: Context, word: number) {
      yield* lwkt_getpooltoken(k, word);
      k.set(word, k.get(word) + 1);
      yield* lwkt_relpooltoken(k, word);
    };
    const machine = kernelProgram('pool writers', { threads: { increment } }, function* (k) {
      const word = yield* newWord(k);
      const threads = [];
      for (const cpu of [0, 1]) threads.push(yield* start(k, 'increment', [word], { cpu }));
      yield* joinAll(k, ...threads);
      check(k, k.get(word) === 2, 'both count');
    });
    verdictOf(machine, 'none', { strategy: 'portfolio', schedules: 1500 });
  });
});

describe('the named tokens', () => {
  it('are all there, each for itself, and can be taken', () => {
    const machine = kernelProgram('named', {}, function* (k) {
      const tokens = globalTokenNames.map((name) => globalToken(k, name));
      check(k, new Set(tokens).size === globalTokenNames.length, 'each for itself');
      for (const token of tokens) yield* lwkt_gettoken(k, token);
      for (const token of tokens.reverse()) yield* lwkt_reltoken(k, token);
    });
    assert.equal(verdictOf(machine, 'nothing-concurrent', ONE).schedules, 1);
  });
});
