/**
 * Owns a distribution of values from 0: exact count, mean, variance, least and most, and quantiles: exact for
 * a few values, and from then on from buckets at most 1/64 of their value wide (as HdrHistogram has them), so
 * that its size does not depend on how many values are added.
 */

const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;
const POWERS = 54 - SUB_BITS;
/** So many values are kept as they are: most tasks never have more. */
const FEW = 32;

export class Distribution {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  #few: number[] = [];
  /** Buckets of each power of two that there are values of: most distributions have a few. */
  #rows: (Uint32Array | undefined)[] | null = null;

  /** Adds a value that is not negative. */
  add(value: number): void {
    this.#count++;
    const difference = value - this.#mean;
    this.#mean += difference / this.#count;
    this.#squares += difference * (value - this.#mean);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#rows !== null) countIn(this.#rows, value);
    else if (this.#few.push(value) === FEW) this.#sortIn();
  }

  #sortIn(): void {
    const rows = new Array<Uint32Array | undefined>(POWERS + 1).fill(undefined);
    for (const value of this.#few) countIn(rows, value);
    this.#rows = rows;
    this.#few = [];
  }

  get count(): number {
    return this.#count;
  }

  /** 0 when there are no values, as are those that follow. */
  get mean(): number {
    return this.#mean;
  }

  get variance(): number {
    return this.#count < 2 ? 0 : this.#squares / (this.#count - 1);
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#count === 0 ? 0 : this.#max;
  }

  /** The value that a part of the others, from 0 to 1, is not above; within 1/64 of itself. */
  quantile(part: number): number {
    if (this.#count === 0) return 0;
    let left = Math.max(1, Math.ceil(part * this.#count));
    if (this.#rows === null) return this.#few.toSorted((a, b) => a - b)[left - 1];
    for (const [power, row] of this.#rows.entries()) {
      if (row === undefined) continue;
      for (const [at, count] of row.entries()) {
        left -= count;
        if (left <= 0) return Math.min(Math.max(middleOf(power * SUB + at), this.#min), this.#max);
      }
    }
    return this.#max;
  }
}

function countIn(rows: (Uint32Array | undefined)[], value: number): void {
  const bucket = bucketOf(value);
  const power = bucket >> SUB_BITS;
  (rows[power] ??= new Uint32Array(SUB))[bucket & (SUB - 1)]++;
}

/** Values below 2 * SUB have buckets of 1; each power of two above has SUB of them. */
function bucketOf(value: number): number {
  const whole = Math.floor(value);
  if (whole < SUB) return whole;
  // Nearly all times are below 2 s, and whole numbers of 32 bits are fast.
  if (whole < 2 ** 31) {
    const narrow = 31 - SUB_BITS - Math.clz32(whole);
    return (narrow + 1) * SUB + ((whole >> narrow) - SUB);
  }
  const power = Math.min(Math.floor(Math.log2(whole)), 53);
  // Math.log2 may be off by one next to a power of two.
  const exact = 2 ** power > whole ? power - 1 : 2 ** (power + 1) <= whole ? power + 1 : power;
  const shift = exact - SUB_BITS;
  return (shift + 1) * SUB + (Math.floor(whole / 2 ** shift) - SUB);
}

function middleOf(bucket: number): number {
  if (bucket < SUB) return bucket;
  const shift = Math.floor(bucket / SUB) - 1;
  const low = (SUB + (bucket % SUB)) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}
