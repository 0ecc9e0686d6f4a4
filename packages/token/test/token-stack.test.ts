import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  TOKREF_WORDS,
  TOK_EXCLREQ,
  TR_COUNT,
  T_COUNT,
  T_REF,
  acquireAll,
  releaseAll,
  tryAcquire,
} from '@smplab/token';
import { EXCLUSIVE, SHARED, Stack, TRY_SHARED, makeTokens, setUp } from './fixtures/stacks.ts';

describe('the stack of tokens of a thread', () => {
  it('is dropped and taken again as a whole, with recursion as it was', () => {
    const { memory, words, tok, threads } = setUp(2);
    const [mine, other] = threads;
    const [second] = makeTokens(memory, 1);
    mine.want(tok, EXCLUSIVE);
    mine.want(second, SHARED);
    mine.want(tok, EXCLUSIVE);
    mine.want(tok, TRY_SHARED);
    const held = [words[tok + T_COUNT], words[tok + T_REF], words[second + T_COUNT]];
    assert.deepEqual(held, [9, mine.base, 4]);
    releaseAll(words, mine.base, mine.stop);
    assert.deepEqual([words[tok + T_COUNT], words[tok + T_REF], words[second + T_COUNT]], [0, 0, 0]);
    assert.equal(other.try(tok, EXCLUSIVE), true);
    assert.equal(other.try(second, EXCLUSIVE), true);
    other.pop();
    other.pop();
    assert.equal(acquireAll(words, mine.base, mine.stop), true);
    assert.deepEqual([words[tok + T_COUNT], words[tok + T_REF], words[second + T_COUNT]], held);
    assert.equal(words[mine.base + 2 * TOKREF_WORDS + TR_COUNT], TOK_EXCLREQ);
  });

  it('takes nothing when one token is refused', () => {
    const { memory, words, tok, threads } = setUp(2);
    const [mine, other] = threads;
    const [second, third] = makeTokens(memory, 2);
    for (const each of [tok, second, third]) mine.want(each, EXCLUSIVE);
    releaseAll(words, mine.base, mine.stop);
    other.want(third, SHARED);
    assert.equal(acquireAll(words, mine.base, mine.stop), false);
    assert.deepEqual([words[tok + T_COUNT], words[second + T_COUNT]], [0, 0]);
    assert.deepEqual([words[tok + T_REF], words[second + T_REF]], [0, 0]);
    assert.equal(words[third + T_COUNT], 6, 'held shared, exclusive request pending');
  });

  it('holds a fair reader back only for its single token', () => {
    const { memory, words, tok, threads } = setUp(3);
    const [single, several, writer] = threads;
    const [second] = makeTokens(memory, 1);
    const reader = new Stack(memory);
    reader.want(tok, SHARED);
    writer.want(tok, EXCLUSIVE);
    assert.equal(single.want(tok, SHARED, true), false);
    assert.equal(acquireAll(words, single.base, single.stop, true), false);
    assert.equal(acquireAll(words, single.base, single.stop, false), true);
    several.want(second, SHARED);
    assert.equal(several.want(tok, SHARED, true), true);
  });

  it('acquires by the mode in the reference', () => {
    const { words, tok, threads, count } = setUp(2);
    const [mine, other] = threads;
    other.want(tok, SHARED);
    assert.equal(mine.want(tok, TRY_SHARED), true);
    assert.equal(count(), 8);
    mine.pop();
    assert.equal(mine.want(tok, EXCLUSIVE), false);
    assert.equal(count(), 6);
    other.pop();
    assert.equal(tryAcquire(words, mine.top, mine.base, mine.stop), true);
    assert.equal(count(), 1);
  });

  it('of no tokens at all is always had', () => {
    const { words, threads } = setUp(1);
    releaseAll(words, threads[0].base, threads[0].stop);
    assert.equal(acquireAll(words, threads[0].base, threads[0].stop), true);
  });
});
