/**
 * Owns the random numbers of strategies: xoshiro128** (Blackman, Vigna), seeded by splitmix32 from a pair of
 * numbers. One generator per strategy; schedule i depends only on (seed, i), so that any worker can run it.
 */

function splitmix(state: number): number {
  let z = state | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

export class Random {
  #a = 1;
  #b = 2;
  #c = 3;
  #d = 4;

  constructor(seed = 1, stream = 0) {
    this.reseed(seed, stream);
  }

  /**
   * Restarts the generator as the one of (seed, stream); both are taken modulo 2^32 and as their high part.
   */
  reseed(seed: number, stream: number): void {
    let state = splitmix((seed | 0) ^ Math.imul(Math.floor(seed / 4294967296) | 0, 0x9e3779b1));
    state = splitmix(state + Math.imul(stream | 0, 0x9e3779b9) + 0x6d2b79f5);
    this.#a = splitmix((state = (state + 0x9e3779b9) | 0));
    this.#b = splitmix((state = (state + 0x9e3779b9) | 0));
    this.#c = splitmix((state = (state + 0x9e3779b9) | 0));
    this.#d = splitmix((state + 0x9e3779b9) | 0) | 1;
  }

  /** The next 32 bits as a signed integer. */
  next(): number {
    const b = this.#b;
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    let c = this.#c ^ this.#a;
    let d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    this.#c = c;
    this.#d = d;
    return result;
  }

  /** A whole number from 0 to count - 1 (count below 2^31; the bias is under count / 2^24). */
  below(count: number): number {
    if (count <= 64) return Math.imul(this.next() >>> 8, count) >>> 24;
    return Math.floor((this.next() >>> 0) * 2.3283064365386963e-10 * count);
  }

  /** A number in [0, 1). */
  unit(): number {
    return (this.next() >>> 0) * 2.3283064365386963e-10;
  }
}
