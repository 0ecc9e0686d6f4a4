/**
 * Owns randomness: streams of numbers, each of which depends on a seed and a name alone, so that one more
 * user of random numbers changes nothing for the others. The generator is xoshiro128** (Blackman, Vigna),
 * seeded by a hash of the name.
 */

const TWO_32 = 0x1_0000_0000;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

export class RandomStream {
  readonly #state = new Uint32Array(4);

  /** The stream of a seed with a name. */
  constructor(seed: number, name = '') {
    // FNV-1a of the name, then steps of splitmix32.
    let hash = 0x811c9dc5 ^ seed;
    for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    for (let at = 0; at < 4; at++) {
      hash = (hash + 0x9e3779b9) | 0;
      let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      this.#state[at] = mixed ^ (mixed >>> 15);
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** 32 random bits, as a number from 0. */
  next(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.next() >>> 5) * 0x4000000 + (this.next() >>> 6)) / 0x20000000000000;
  }

  /** A whole number from 0 to below `count`, every one as likely. */
  below(count: number): number {
    const limit = TWO_32 - (TWO_32 % count);
    for (;;) {
      const value = this.next();
      if (value < limit) return value % count;
    }
  }

  /** Exponentially distributed with a mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }
}
