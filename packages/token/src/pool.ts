/**
 * The token pool: a fixed number of tokens for objects that have none of their own, found by the address of
 * the object. Owns the pool's static area; lookups change nothing and are the same on every thread.
 *
 * Two objects may share a token. Taken twice by one thread it recurses, but a thread that has it shared can
 * never have it exclusively; so tokens of the pool are not to be taken shared.
 */
import { KmemError, Symbols, array, int32, nested, pointerTo, struct, writeCstring } from '@smplab/kmem';
import type { Memory, Pointer } from '@smplab/kmem';
import { T_DESC, Token } from './layout.ts';

/** Tokens of the pool in the kernel of September 2017. */
export const LWKT_NUM_POOL_TOKENS = 4001;

const CACHE_LINE_WORDS = 16;

/** One token of the pool, as long as a cache line, so that no two words of tokens share one. */
export const PoolToken = struct('lwkt_pool_token', {
  pt_token: nested(Token),
  pt_pad: array(int32, CACHE_LINE_WORDS - Token.size),
});

/** How an address finds its token. */
export type PoolHash = 'modulo' | 'two-primes';

/** How large the pool is and how it is searched. */
export interface TokenPoolOptions {
  /** Number of tokens; default `LWKT_NUM_POOL_TOKENS`. */
  readonly size?: number;
  /** Default `modulo`: the address modulo the size. `two-primes` spreads better; the size is a power of 2. */
  readonly hash?: PoolHash;
}

// Addresses here are word indices below 2^28; larger primes would leave them as they are.
const PRIME_1 = 66_555_449;
const PRIME_2 = 989_059;

/** Which of `size` tokens an address uses: as an unsigned number modulo the size. */
export function poolIndex(address: number, size: number): number {
  return (address >>> 0) % size;
}

/** The same by two primes, as later kernels do. `size` is a power of 2. */
export function poolIndexTwoPrimes(address: number, size: number): number {
  const unsigned = address >>> 0;
  const coarse = (unsigned + (unsigned >>> 18)) % PRIME_1;
  const fine = ((unsigned >>> 8) + (unsigned >>> 24)) % PRIME_2;
  return (coarse ^ fine) & (size - 1);
}

/** One thread's access to the pool of a memory; made by whichever thread comes first. */
export class TokenPool {
  readonly size: number;
  readonly hash: PoolHash;
  private readonly base: number;

  /** @throws KmemError EINVAL for a size that does not go with the hash, or that the pool does not have */
  constructor(memory: Memory, options: TokenPoolOptions = {}) {
    this.hash = options.hash ?? 'modulo';
    this.size = options.size ?? LWKT_NUM_POOL_TOKENS;
    if (!(Number.isInteger(this.size) && this.size > 0)) {
      throw new KmemError('EINVAL', `a pool of ${this.size} tokens`);
    }
    if (this.hash === 'two-primes' && (this.size & (this.size - 1)) !== 0) {
      throw new KmemError('EINVAL', `a pool of ${this.size} tokens: two-primes needs a power of 2`);
    }
    const symbols = new Symbols(memory);
    this.base = symbols.reserve('pool_tokens', PoolToken, this.size);
    const there = symbols.find('pool_tokens').count;
    if (there !== this.size) {
      throw new KmemError('EINVAL', `a pool of ${this.size} tokens: this memory has one of ${there}`);
    }
    if (memory.words[this.base + T_DESC] === 0) this.describe(memory);
  }

  /** The token of the object at an address (lwkt_token_pool_lookup). */
  lookup(address: number): Pointer<'lwkt_token'> {
    return this.at(
      this.hash === 'modulo' ? poolIndex(address, this.size) : poolIndexTwoPrimes(address, this.size),
    );
  }

  /** The token with a number. */
  at(index: number): Pointer<'lwkt_token'> {
    return pointerTo(this.base + index * CACHE_LINE_WORDS);
  }

  private describe(memory: Memory): void {
    const { bytes } = Token.fields.t_desc;
    for (let index = this.size - 1; index >= 0; index--) {
      writeCstring(memory, this.at(index) + T_DESC, bytes, 'pool');
    }
  }
}
