import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as token from '@smplab/token';
import { Token, Tokref } from '@smplab/token';

describe('the layout of a token', () => {
  it('has the fields where the literal offsets say', () => {
    const { T_COUNT, T_REF, T_COLLISIONS, T_DESC, TOKEN_WORDS } = token;
    assert.deepEqual(Token.offsets, {
      t_count: T_COUNT,
      t_ref: T_REF,
      t_collisions: T_COLLISIONS,
      t_desc: T_DESC,
    });
    assert.equal(Token.size, TOKEN_WORDS);
    const { TR_TOK, TR_COUNT, TR_OWNER, TOKREF_WORDS } = token;
    assert.deepEqual(Tokref.offsets, { tr_tok: TR_TOK, tr_count: TR_COUNT, tr_owner: TR_OWNER });
    assert.equal(Tokref.size, TOKREF_WORDS);
  });

  it('keeps flags and count of the word apart', () => {
    assert.equal(token.TOK_COUNTMASK & (token.TOK_EXCLUSIVE | token.TOK_EXCLREQ), 0);
    assert.equal(token.TOK_COUNTMASK | token.TOK_EXCLUSIVE | token.TOK_EXCLREQ, -1);
    assert.equal(token.TOK_INCR & token.TOK_COUNTMASK, token.TOK_INCR);
  });
});
