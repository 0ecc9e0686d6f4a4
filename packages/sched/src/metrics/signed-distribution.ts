/**
 * Owns a distribution of values of either sign: those below 0 by how far below they are. As exact as
 * Distribution.
 */
import { Distribution } from './distribution.ts';

export class SignedDistribution {
  readonly #below = new Distribution();
  readonly #from0 = new Distribution();

  add(value: number): void {
    if (value < 0) this.#below.add(-value);
    else this.#from0.add(value);
  }

  get count(): number {
    return this.#below.count + this.#from0.count;
  }

  /** 0 when there are no values. */
  get mean(): number {
    if (this.count === 0) return 0;
    const sum = this.#from0.mean * this.#from0.count - this.#below.mean * this.#below.count;
    return sum / this.count;
  }

  get min(): number {
    return this.#below.count > 0 ? -this.#below.max : this.#from0.min;
  }

  /** The value that a part of the others, from 0 to 1, is not above. */
  quantile(part: number): number {
    const { count } = this;
    if (count === 0) return 0;
    const rank = Math.max(1, Math.ceil(part * count));
    const below = this.#below.count;
    if (rank > below) return this.#from0.quantile((rank - below) / this.#from0.count);
    return -this.#below.quantile((below - rank + 1) / below);
  }
}
