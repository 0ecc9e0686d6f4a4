import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KmemError, Memory, Symbols } from '@smplab/kmem';
import {
  LWKT_NUM_POOL_TOKENS,
  PoolToken,
  Token,
  TokenPool,
  poolIndex,
  poolIndexTwoPrimes,
} from '@smplab/token';

describe('the token pool', () => {
  it('has 4001 tokens, each on cache lines of its own, and finds them by address', () => {
    const memory = Memory.create({ initialWords: 1 << 17 });
    const pool = new TokenPool(memory);
    assert.equal(pool.size, LWKT_NUM_POOL_TOKENS);
    assert.equal(pool.lookup(17), pool.lookup(17 + 4001));
    assert.notEqual(pool.lookup(17), pool.lookup(18));
    assert.equal(pool.lookup(18) - pool.lookup(17), 16);
    assert.equal(PoolToken.size, 16);
    assert.equal(Token.view(memory, pool.lookup(4000)).t_desc, 'pool');
    assert.equal(new Symbols(memory).find('pool_tokens').count, 4001);
  });

  it('is the same for every thread of a memory', () => {
    const memory = Memory.create();
    const pool = new TokenPool(memory, { size: 16 });
    const again = new TokenPool(Memory.attach(memory.buffer), { size: 16 });
    assert.equal(again.lookup(1234), pool.lookup(1234));
    assert.throws(() => new TokenPool(memory, { size: 17 }), /this memory has one of 16/);
  });

  it('takes addresses as unsigned', () => {
    assert.equal(poolIndex(-1, 4001), 4_294_967_295 % 4001);
    assert.ok(poolIndexTwoPrimes(-1, 16) >= 0);
  });

  it('spreads regular addresses by two primes', () => {
    const used = new Set<number>();
    for (let index = 0; index < 4096; index++) used.add(poolIndexTwoPrimes(16_384 + index * 64, 1024));
    assert.ok(used.size > 512, `${used.size} of 1024 tokens used`);
    const pool = new TokenPool(Memory.create(), { size: 64, hash: 'two-primes' });
    assert.equal(pool.lookup(70_000), pool.at(poolIndexTwoPrimes(70_000, 64)));
  });

  it('refuses sizes that cannot be', () => {
    for (const options of [{ size: 0 }, { size: 1.5 }, { size: 12, hash: 'two-primes' as const }]) {
      assert.throws(() => new TokenPool(Memory.create(), options), KmemError);
    }
  });
});
