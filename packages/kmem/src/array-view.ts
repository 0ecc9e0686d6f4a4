/**
 * The view of an array field. Belongs to the view it came from and moves with it; owns no words. Guard: that
 * of the field.
 */
import { KmemError } from './kmem-error.ts';

/** A movable object whose `value` is one element. */
interface ElementCursor {
  base: number;
  value: unknown;
}

/**
 * An array field: `get` and `set` of words, bigints and strings; `get` of nested structs, arrays and byte
 * strings gives their view, which the next `get` moves.
 */
export class ArrayView<V> {
  /** Elements of the array. */
  readonly length: number;
  /** Word index of the first element; set by the view. */
  base = 0;
  private readonly cursor: ElementCursor;
  private readonly elementWords: number;
  private readonly what: string;

  constructor(cursor: ElementCursor, length: number, elementWords: number, what: string) {
    this.cursor = cursor;
    this.length = length;
    this.elementWords = elementWords;
    this.what = what;
  }

  /** The element. @throws KmemError EINVAL outside the array. */
  get(index: number): V {
    this.move(index);
    return this.cursor.value as V;
  }

  /**
   * Assigns the element.
   * @throws KmemError EINVAL outside the array; TypeError for elements changed in place.
   */
  set(index: number, value: V): void {
    this.move(index);
    this.cursor.value = value;
  }

  /** Assigns every element. */
  fill(value: V): void {
    for (let index = 0; index < this.length; index++) this.set(index, value);
  }

  /** Word index of an element. @throws KmemError EINVAL outside the array. */
  addressOf(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new KmemError('EINVAL', `${this.what}[${index}]: the array has ${this.length} elements`);
    }
    return this.base + index * this.elementWords;
  }

  private move(index: number): void {
    this.cursor.base = this.addressOf(index);
  }
}
