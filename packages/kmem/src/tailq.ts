/**
 * TAILQ of sys/queue.h: doubly linked, both ends and both directions in constant time.
 * Runs on any thread; the caller holds what guards the list.
 *
 *   head                     element a                element b
 *   +-------+---------+      +------+---------+       +------+---------+
 *   | first | &b.next |      | next | &first  |       | NULL | &a.next |
 *   +-------+---------+      +------+---------+       +------+---------+
 *       +------------------>  a  ------------------->   b
 *
 * The back link of every element, and `last` of the head, is the address of the link before it. Head and
 * entry have the same shape, so the word after the link at `x.back` is the back link of whatever comes before
 * x.
 */
import type { EntryType, HeadType, QueueHead } from './field-type.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { QueueIteration } from './queue-iteration.ts';
import { QUEUE_TRASH, QueueLink } from './queue-link.ts';
import type { QueueOptions } from './queue-link.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** Words of a TAILQ head. */
export const TAILQ_HEAD_WORDS = 2;

/** A pointer to a TAILQ head of structs named `S`. */
export type TailqHead<S extends string> = Pointer<QueueHead<'tailq', S>>;

/** The field type of a TAILQ head. */
export function tailqHead<const S extends string>(target: S): HeadType<'tailq', S> {
  return { kind: 'head', words: TAILQ_HEAD_WORDS, queue: 'tailq', target };
}

/** The field type of a TAILQ entry. */
export function tailqEntry<const S extends string>(target: S): EntryType<'tailq', S> {
  return { kind: 'entry', words: 2, queue: 'tailq', target };
}

/**
 * The TAILQ operations for one entry field of a struct.
 * @example
 * const allproc = tailq(Proc, 'p_list', { marker: { field: 'p_flag', mask: P_MARKER } });
 * allproc.init(memory, head);
 * allproc.insertTail(memory, head, p);
 */
export function tailq<N extends string, F extends FieldTypes>(
  layout: StructLayout<N, F>,
  entry: keyof F & string,
  options?: QueueOptions<F>,
): Tailq<N, F> {
  return new Tailq(new QueueLink('tailq', layout, entry, options));
}

/** TAILQ_* as methods: `TAILQ_INSERT_TAIL(head, elm, field)` is `insertTail(memory, head, elm)`. */
export class Tailq<N extends string, F extends FieldTypes> extends QueueIteration<N, F, TailqHead<N>> {
  /** TAILQ_INIT. A zeroed head is not an empty TAILQ: it must be initialised. */
  init(memory: Memory, head: TailqHead<N>): void {
    this.link.store(memory, head, NULL);
    this.link.store(memory, head + 1, head);
  }

  /** TAILQ_LAST */
  last(memory: Memory, head: TailqHead<N>): Pointer<N> {
    return this.elementBefore(memory, head + 1);
  }

  /** TAILQ_PREV */
  prev(memory: Memory, element: Pointer<N>): Pointer<N> {
    return this.elementBefore(memory, this.link.backAddress(memory, element));
  }

  /** TAILQ_INSERT_HEAD */
  insertHead(memory: Memory, head: TailqHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, head, element);
  }

  /** TAILQ_INSERT_TAIL */
  insertTail(memory: Memory, head: TailqHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, this.link.load(memory, head + 1), element);
  }

  /** TAILQ_INSERT_AFTER */
  insertAfter(memory: Memory, head: TailqHead<N>, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, this.link.nextAddress(memory, listed), element);
  }

  /** TAILQ_INSERT_BEFORE */
  insertBefore(memory: Memory, listed: Pointer<N>, element: Pointer<N>): void {
    // The head is needed only for insertions at the end, which this is not.
    this.insertAt(memory, NULL, this.link.checkedBack(memory, listed), element);
  }

  /**
   * TAILQ_REMOVE. The next link of the element stays as it was.
   * @throws KernelPanic when it is on no list.
   */
  remove(memory: Memory, head: TailqHead<N>, element: Pointer<N>): void {
    const back = this.link.checkedBack(memory, element);
    const next = this.link.next(memory, element);
    this.link.store(memory, next === NULL ? head + 1 : this.link.backAddress(memory, next), back);
    this.link.store(memory, back, next);
    this.link.store(memory, this.link.backAddress(memory, element), QUEUE_TRASH);
  }

  /** TAILQ_CONCAT: moves all of `second` behind `first`. */
  concat(memory: Memory, first: TailqHead<N>, second: TailqHead<N>): void {
    const moved = this.first(memory, second);
    if (moved === NULL) return;
    const end = this.link.load(memory, first + 1);
    this.link.store(memory, end, moved);
    this.link.store(memory, this.link.backAddress(memory, moved), end);
    this.link.store(memory, first + 1, this.link.load(memory, second + 1));
    this.init(memory, second);
  }

  /** The last element that is no marker. */
  lastElement(memory: Memory, head: TailqHead<N>): Pointer<N> {
    return this.skipMarkersBackwards(memory, this.last(memory, head));
  }

  /** The previous element that is no marker. */
  prevElement(memory: Memory, element: Pointer<N>): Pointer<N> {
    return this.skipMarkersBackwards(memory, this.prev(memory, element));
  }

  /** TAILQ_FOREACH_REVERSE without markers. */
  *foreachReverse(memory: Memory, head: TailqHead<N>): Generator<Pointer<N>, void> {
    for (let p = this.lastElement(memory, head); p !== NULL; p = this.prevElement(memory, p)) yield p;
  }

  private skipMarkersBackwards(memory: Memory, element: Pointer<N>): Pointer<N> {
    let found = element;
    while (found !== NULL && this.isMarker(memory, found)) found = this.prev(memory, found);
    return found;
  }

  /** The element before the head or element whose back link is at `backAddress`. */
  private elementBefore(memory: Memory, backAddress: number): Pointer<N> {
    const back = this.link.load(memory, backAddress);
    return this.link.load(memory, this.link.load(memory, back + 1));
  }

  /** Links the element in at the link `address`. */
  private insertAt(memory: Memory, head: TailqHead<N>, address: number, element: Pointer<N>): void {
    const elementNext = this.link.nextAddress(memory, element);
    const next = this.link.load(memory, address);
    this.link.store(memory, elementNext, next);
    this.link.store(memory, next === NULL ? head + 1 : this.link.backAddress(memory, next), elementNext);
    this.link.store(memory, address, element);
    this.link.store(memory, elementNext + 1, address);
  }
}
