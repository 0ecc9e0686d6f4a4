import assert from 'node:assert/strict';
import {
  TOK_EXCLREQ,
  TOK_EXCLUSIVE,
  TOK_INCR,
  TOKREF_WORDS,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  T_REF,
} from '@smplab/token';
import { describe, it } from 'mocha';
import { TD, toksBase } from '../src/index.ts';
import { isMine, pushRef, reltokref, trytokref, trytokref_spin } from '../src/token-ref.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { countOf, newToken } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };

describe('a reference to a token', () => {
  it('stands on the stack of its thread before it holds anything', () => {
    const program = kernelProgram('push', { cpus: 1 }, function* (k) {
      const token = yield* newToken(k);
      const ref = pushRef(k, token, TOK_EXCLUSIVE);
      assert.equal(ref, toksBase(k.td));
      assert.deepEqual(
        [k.words[ref + TR_TOK], k.words[ref + TR_COUNT], k.words[ref + TR_OWNER]],
        [token, TOK_EXCLUSIVE, k.td],
      );
      assert.equal(k.words[k.td + TD.td_toks_stop], ref + TOKREF_WORDS);
      assert.equal(countOf(k, token), 0);
      assert.ok(yield* trytokref(k, k.td, ref));
      assert.ok(isMine(k.words, k.td, token, countOf(k, token)));
      yield* reltokref(k, ref);
      assert.ok(!isMine(k.words, k.td, token, countOf(k, token)));
      k.words[k.td + TD.td_toks_stop] = ref;
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('notes which word to watch when it is refused, and asks again as often as token_spin says', () => {
    const program = kernelProgram('refused', { cpus: 1, limits: { tokenSpin: 3 } }, function* (k) {
      const token = yield* newToken(k);
      // Somebody whose stack is elsewhere has it.
      yield* k.store(token, TOK_EXCLUSIVE);
      const ref = pushRef(k, token, TOK_EXCLUSIVE | TOK_EXCLREQ);
      k.cpu.wants.length = 0;
      assert.equal(yield* trytokref_spin(k, k.td, ref), false);
      assert.equal(countOf(k, token), TOK_EXCLUSIVE | TOK_EXCLREQ);
      assert.deepEqual([...new Set(k.cpu.wants)], [token, TOK_EXCLUSIVE | TOK_EXCLREQ]);
      assert.equal(k.cpu.wants.length / 2, 4, 'one try and three more');
      k.words[k.td + TD.td_toks_stop] = ref;
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('becomes a counted one where its thread holds the token exclusively already', () => {
    const program = kernelProgram('counted', { cpus: 1 }, function* (k) {
      const token = yield* newToken(k);
      const first = pushRef(k, token, TOK_EXCLUSIVE);
      yield* trytokref(k, k.td, first);
      const second = pushRef(k, token, TOK_EXCLUSIVE);
      yield* trytokref(k, k.td, second);
      assert.equal(k.words[second + TR_COUNT] & TOK_EXCLUSIVE, 0);
      assert.deepEqual([countOf(k, token), k.peek(token + T_REF)], [TOK_EXCLUSIVE + TOK_INCR, first]);
      yield* reltokref(k, second);
      yield* reltokref(k, first);
      k.words[k.td + TD.td_toks_stop] = first;
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('that holds nothing cannot be given back: the machine has no such edge', () => {
    const program = kernelProgram('edge', { cpus: 1 }, function* (k) {
      const token = yield* newToken(k, 'free one');
      yield* reltokref(k, pushRef(k, token, TOK_EXCLUSIVE));
    });
    const { message } = verdictOf(program, 'panic', ONE);
    assert.match(message, /token free one: the machine has no edge release\w+ from t_count 0/);
  });
});
