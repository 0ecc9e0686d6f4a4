import assert from 'node:assert/strict';
import { LWKT_MAXTOKENS, TOKREF_WORDS, TR_TOK, T_REF } from '@smplab/token';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_reltoken,
  lwkt_token_swap,
  type Steps,
  toksBase,
  tsleep,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { countOf, newToken } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };

/** Runs a body alone on one CPU: none of it may fail. */
function alone(name: string, main: (k: Context) => Steps, asSeed: string[] = []): void {
  verdictOf(kernelProgram(name, { cpus: 1, asSeed }, main), 'nothing-concurrent', ONE);
}

/** Runs a body alone and expects it to be refused. */
function refused(name: string, verdict: string, said: RegExp, main: (k: Context) => Steps): void {
  const result = verdictOf(kernelProgram(name, { cpus: 1 }, main), verdict, ONE);
  assert.match(result.message, said);
}

describe('lwkt_token_swap', () => {
  it('exchanges the two last tokens and points each t_ref to its new reference', () => {
    alone('swap', function* (k) {
      const a = yield* newToken(k, 'a');
      const b = yield* newToken(k, 'b');
      yield* lwkt_gettoken(k, a);
      yield* lwkt_gettoken_shared(k, b);
      lwkt_token_swap(k);
      const base = toksBase(k.td);
      assert.deepEqual([k.words[base + TR_TOK], k.words[base + TOKREF_WORDS + TR_TOK]], [b, a]);
      assert.equal(k.peek(a + T_REF), base + TOKREF_WORDS);
      yield* lwkt_reltoken(k, a);
      yield* lwkt_reltoken(k, b);
      assert.deepEqual([countOf(k, a), countOf(k, b)], [0, 0]);
    });
  });

  it('leaves two references to one token alone, and tokens below', () => {
    alone('same', function* (k) {
      const a = yield* newToken(k, 'a');
      yield* lwkt_gettoken(k, a);
      yield* lwkt_gettoken(k, a);
      lwkt_token_swap(k);
      assert.equal(k.peek(a + T_REF), toksBase(k.td));
      yield* lwkt_reltoken(k, a);
      yield* lwkt_reltoken(k, a);
    });
  });

  it('works with exactly two tokens, up to 32, and needs two (T3)', () => {
    alone('32', function* (k) {
      const a = yield* newToken(k, 'a');
      const b = yield* newToken(k, 'b');
      for (let count = 0; count < LWKT_MAXTOKENS - 1; count++) yield* lwkt_gettoken(k, a);
      yield* lwkt_gettoken(k, b);
      lwkt_token_swap(k);
      yield* lwkt_reltoken(k, a);
      yield* lwkt_reltoken(k, b);
      for (let count = 0; count < LWKT_MAXTOKENS - 2; count++) yield* lwkt_reltoken(k, a);
      assert.deepEqual([countOf(k, a), countOf(k, b)], [0, 0]);
    });
    refused('one', 'token-misuse', /main holds 1 tokens, two are needed/, function* (k) {
      yield* lwkt_gettoken(k, yield* newToken(k));
      lwkt_token_swap(k);
    });
    refused('nothing', 'token-misuse', /main holds 0 tokens, two are needed/, function* (k) {
      yield* k.fence();
      lwkt_token_swap(k);
    });
  });

  it('is remembered across a block: the tokens come back in the new order', () => {
    verdictOf(
      kernelProgram('swap and sleep', { cpus: 1 }, function* (k) {
        const a = yield* newToken(k, 'a');
        const b = yield* newToken(k, 'b');
        yield* lwkt_gettoken(k, a);
        yield* lwkt_gettoken(k, b);
        lwkt_token_swap(k);
        yield* tsleep(k, a, 0, 'pause', 1);
        yield* lwkt_reltoken(k, a);
        yield* lwkt_reltoken(k, b);
      }),
      'none',
      ONE,
    );
  });
});
