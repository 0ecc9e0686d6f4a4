import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { KernelPanic, Memory } from '@smplab/kmem';
import {
  LWKT_MAXTOKENS,
  TOKREF_WORDS,
  TOK_EXCLREQ,
  TOK_INCR,
  TR_COUNT,
  TR_OWNER,
  T_COLLISIONS,
  T_COUNT,
  T_REF,
  TokenTransitions,
  initTokref,
  release,
  swap,
} from '@smplab/token';
import { NaiveWorld, operations } from './fixtures/naive-world.ts';
import { EXCLUSIVE, SHARED, Stack, TRY_EXCLUSIVE, TRY_SHARED, makeTokens, setUp } from './fixtures/stacks.ts';
import { runHammer } from './fixtures/hammer.ts';

describe('acquiring a token', () => {
  it('makes the reference the exclusive holder, and releasing leaves nothing', () => {
    const { tok, threads, count, holder } = setUp(1);
    assert.equal(threads[0].want(tok, EXCLUSIVE), true);
    assert.deepEqual([count(), holder()], [1, threads[0].base]);
    threads[0].pop();
    assert.deepEqual([count(), holder()], [0, 0]);
  });

  it('keeps writers from readers and writers, and readers from writers', () => {
    const { tok, threads, count } = setUp(2);
    const [one, other] = threads;
    one.want(tok, EXCLUSIVE);
    for (const mode of [TRY_EXCLUSIVE, TRY_SHARED, SHARED]) assert.equal(other.try(tok, mode), false);
    assert.equal(count(), 1);
    one.pop();
    one.want(tok, SHARED);
    assert.equal(other.try(tok, TRY_EXCLUSIVE), false);
    assert.equal(count(), 4);
    assert.equal(other.try(tok, SHARED), true);
    assert.equal(count(), 8);
  });

  it('recurses at once, however the holder asks, and counts such references', () => {
    const { words, tok, threads, count, holder } = setUp(1);
    const [mine] = threads;
    mine.want(tok, EXCLUSIVE);
    for (const mode of [EXCLUSIVE, TRY_EXCLUSIVE, SHARED, TRY_SHARED])
      assert.equal(mine.want(tok, mode), true);
    assert.deepEqual([count(), holder()], [1 + 4 * TOK_INCR, mine.base]);
    const modes = [1, 2, 3, 4].map((index) => words[mine.base + index * TOKREF_WORDS + TR_COUNT]);
    assert.deepEqual(modes, [TOK_EXCLREQ, 0, SHARED, TRY_SHARED]);
    while (mine.size > 0) mine.pop();
    assert.equal(count(), 0);
  });

  it('becomes shared when the exclusive reference goes first', () => {
    const { words, tok, threads, count } = setUp(2);
    const [mine, other] = threads;
    mine.want(tok, EXCLUSIVE);
    mine.want(tok, SHARED);
    release(words, mine.base);
    assert.equal(count(), 4);
    assert.equal(other.try(tok, SHARED), true);
    assert.equal(other.try(tok, EXCLUSIVE), false);
  });

  it('never succeeds exclusively for a thread that has the token shared', () => {
    const { tok, threads, count } = setUp(1);
    const [mine] = threads;
    mine.want(tok, SHARED);
    for (let round = 0; round < 10; round++) assert.equal(mine.try(tok, EXCLUSIVE), false);
    assert.equal(count(), 6);
  });

  it('takes the first reference of the next stack for that of another thread', () => {
    const { memory, tok, threads } = setUp(2);
    const [lower, upper] = threads;
    for (const each of makeTokens(memory, LWKT_MAXTOKENS - 1)) lower.want(each, SHARED);
    upper.want(tok, EXCLUSIVE);
    assert.equal(lower.want(tok, SHARED), false);
    assert.equal(lower.stop, upper.base);
  });

  it('clears EXCLREQ only by exclusive success', () => {
    const { tok, threads, count } = setUp(3);
    const [reader, writer, late] = threads;
    reader.want(tok, SHARED);
    writer.try(tok, EXCLUSIVE);
    reader.pop();
    assert.equal(count(), 2);
    late.want(tok, SHARED);
    late.pop();
    assert.equal(count(), 2);
    assert.equal(writer.want(tok, TRY_EXCLUSIVE), true);
    assert.equal(count(), 1);
  });

  it('lets readers pass a waiting writer in the old way, and stand back for it in the fair way', () => {
    const { memory, tok, threads, count } = setUp(4);
    const [reader, writer, late, rich] = threads;
    reader.want(tok, SHARED);
    writer.want(tok, EXCLUSIVE);
    assert.equal(late.try(tok, SHARED, false), true);
    late.pop();
    assert.equal(late.try(tok, SHARED, true), false, 'fair, its only token');
    assert.equal(late.try(tok, TRY_SHARED, true), true, 'does not wait');
    rich.want(makeTokens(memory, 1)[0], SHARED);
    assert.equal(rich.try(tok, SHARED, true), true, 'fair, with another token at stake');
    assert.equal(count(), 14);
  });

  it('counts each failure as a collision', () => {
    const { words, tok, threads } = setUp(2);
    threads[0].want(tok, EXCLUSIVE);
    for (const mode of [EXCLUSIVE, EXCLUSIVE, TRY_EXCLUSIVE, SHARED]) threads[1].try(tok, mode);
    assert.equal(words[tok + T_COLLISIONS], 4);
  });

  it('panics at an owner left behind in a free token', () => {
    const { words, tok, threads } = setUp(1);
    words[tok + T_REF] = 77;
    assert.throws(() => threads[0].want(tok, EXCLUSIVE), /was free, but t_ref is 77/);
  });
});

describe('releasing a token', () => {
  it('panics when nobody holds it', () => {
    const { words, tok, threads } = setUp(1);
    initTokref(words, threads[0].base, tok, SHARED, 9);
    assert.equal(words[threads[0].base + TR_OWNER], 9);
    assert.throws(
      () => release(words, threads[0].base),
      /free --releaseLastCounted--> forbidden \(t_count 0/,
    );
  });

  it('panics when somebody else holds it exclusively', () => {
    const { words, tok, threads, count, holder } = setUp(2);
    threads[0].want(tok, EXCLUSIVE);
    initTokref(words, threads[1].base, tok, EXCLUSIVE);
    assert.throws(() => release(words, threads[1].base), KernelPanic);
    assert.deepEqual([count(), holder()], [1, threads[0].base]);
  });
});

describe('a token word that changes between look and change', () => {
  /** Lets something happen once, between the load of the word and the change of it. */
  class Interrupted extends TokenTransitions {
    meanwhile: (() => unknown) | undefined;

    override entry(count: number, event: number): number {
      const { meanwhile } = this;
      this.meanwhile = undefined;
      meanwhile?.();
      return super.entry(count, event);
    }
  }

  function interrupted() {
    const transitions = new Interrupted();
    const world = setUp(1);
    return { ...world, transitions, mine: new Stack(world.memory, transitions), other: world.threads[0] };
  }

  it('is not taken from who was faster', () => {
    for (const [mode, others, after] of [
      [TRY_EXCLUSIVE, SHARED, 4],
      [EXCLUSIVE, SHARED, 6],
      [TRY_EXCLUSIVE, EXCLUSIVE, 1],
      [SHARED, EXCLUSIVE, 1],
    ]) {
      const { tok, transitions, mine, other, count } = interrupted();
      transitions.meanwhile = () => other.want(tok, others);
      assert.equal(mine.try(tok, mode), false);
      assert.equal(count(), after);
    }
  });

  it('is taken at once when its holder let go', () => {
    const { tok, transitions, mine, other, count, holder } = interrupted();
    other.want(tok, EXCLUSIVE);
    transitions.meanwhile = () => other.pop();
    assert.equal(mine.want(tok, EXCLUSIVE), true);
    assert.deepEqual([count(), holder()], [1, mine.base]);
  });

  it('is shared by readers that come together', () => {
    const { tok, transitions, mine, other, count } = interrupted();
    transitions.meanwhile = () => other.want(tok, SHARED);
    assert.equal(mine.want(tok, SHARED), true);
    assert.equal(count(), 8);
    transitions.meanwhile = () => other.pop();
    mine.pop();
    assert.equal(count(), 0);
  });

  it('keeps the request that came while it was released', () => {
    const { tok, transitions, mine, other, count, holder } = interrupted();
    mine.want(tok, EXCLUSIVE);
    transitions.meanwhile = () => other.want(tok, EXCLUSIVE);
    mine.pop();
    assert.deepEqual([count(), holder()], [2, 0]);
  });
});

describe('swapping the two topmost tokens', () => {
  it('needs two: 0 and 1 panic, 2 and 32 swap', () => {
    for (const size of [0, 1, 2, LWKT_MAXTOKENS]) {
      const memory = Memory.create();
      const stack = new Stack(memory);
      const tokens = makeTokens(memory, size);
      for (const tok of tokens) stack.want(tok, EXCLUSIVE);
      assert.equal(stack.size, size);
      const exchange = () => swap(memory.words, stack.base, stack.stop);
      if (size < 2) {
        assert.throws(exchange, new RegExp(`panic: lwkt_token_swap with ${size} tokens, needs two`));
        continue;
      }
      exchange();
      const order = tokens.map((_, index) => stack.tokenAt(index));
      assert.deepEqual(order, [...tokens.slice(0, -2), tokens[size - 1], tokens[size - 2]]);
      while (stack.size > 0) stack.pop();
      for (const tok of tokens)
        assert.deepEqual([memory.words[tok + T_COUNT], memory.words[tok + T_REF]], [0, 0]);
    }
  });

  it('moves ownership and mode with the tokens', () => {
    const { memory, words, tok, threads, holder } = setUp(1);
    const [mine] = threads;
    const [second] = makeTokens(memory, 1);
    mine.want(tok, EXCLUSIVE);
    mine.want(second, SHARED);
    swap(words, mine.base, mine.stop);
    assert.deepEqual([holder(), words[second + T_REF]], [mine.top, 0]);
    assert.deepEqual([words[mine.base + TR_COUNT], words[mine.top + TR_COUNT]], [SHARED, EXCLUSIVE]);
    mine.pop();
    assert.deepEqual([words[tok + T_COUNT], words[second + T_COUNT]], [0, 4]);
  });

  it('leaves two references to one token as they are', () => {
    const { words, tok, threads, count, holder } = setUp(1);
    const [mine] = threads;
    mine.want(tok, EXCLUSIVE);
    mine.want(tok, EXCLUSIVE);
    swap(words, mine.base, mine.stop);
    assert.deepEqual([count(), holder(), words[mine.top + TR_COUNT]], [5, mine.base, TOK_EXCLREQ]);
    mine.pop();
    assert.deepEqual([count(), holder()], [1, mine.base]);
  });
});

describe('token words', () => {
  for (const fair of [false, true]) {
    it(`agree with a naive model under random operations of several threads${fair ? ', fair' : ''}`, () => {
      fc.assert(
        fc.property(operations, (steps) => {
          const world = new NaiveWorld(fair);
          for (const step of steps) world.step(step);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('keep two worker threads apart', async () => {
    const rounds = 100_000;
    const { total, writes, words, tok } = await runHammer(2, rounds);
    assert.equal(total, writes);
    assert.deepEqual([words[tok + T_COUNT] & ~TOK_EXCLREQ, words[tok + T_REF]], [0, 0]);
  });
});
