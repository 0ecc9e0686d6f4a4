/**
 * Owns what one CPU knows of the types of kernel memory: their numbers by name, looked up once. The memory of
 * a live machine forgets no names. Runs in the CPU's worker.
 */
import { type Kmalloc, mallocType } from '@smplab/kmem';

export class HeapTypes {
  readonly #numbers = new Map<string, number>();

  constructor(private readonly kmem: Kmalloc) {}

  /** The number of a type, which is entered at its first use. */
  numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.kmem.numberOf(mallocType(name, name));
      this.#numbers.set(name, number);
    }
    return number;
  }
}
