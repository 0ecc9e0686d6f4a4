/**
 * STAILQ of sys/queue.h: singly linked with a tail pointer; insertion at both ends in constant time.
 * Runs on any thread; the caller holds what guards the list.
 *
 *   head                     element a      element b
 *   +-------+---------+      +------+       +------+
 *   | first | &b.next |      | next |------>| NULL |
 *   +-------+---------+      +------+       +------+
 */
import type { EntryType, HeadType, QueueHead } from './field-type.ts';
import { KernelPanic } from './kmem-error.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { QueueIteration } from './queue-iteration.ts';
import { QueueLink } from './queue-link.ts';
import type { QueueOptions } from './queue-link.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** Words of an STAILQ head. */
export const STAILQ_HEAD_WORDS = 2;

/** A pointer to an STAILQ head of structs named `S`. */
export type StailqHead<S extends string> = Pointer<QueueHead<'stailq', S>>;

/** The field type of an STAILQ head. */
export function stailqHead<const S extends string>(target: S): HeadType<'stailq', S> {
  return { kind: 'head', words: STAILQ_HEAD_WORDS, queue: 'stailq', target };
}

/** The field type of an STAILQ entry. */
export function stailqEntry<const S extends string>(target: S): EntryType<'stailq', S> {
  return { kind: 'entry', words: 1, queue: 'stailq', target };
}

/**
 * The STAILQ operations for one entry field of a struct.
 * @example const queue = stailq(Message, 'ms_node');
 */
export function stailq<N extends string, F extends FieldTypes>(
  layout: StructLayout<N, F>,
  entry: keyof F & string,
  options?: QueueOptions<F>,
): Stailq<N, F> {
  return new Stailq(new QueueLink('stailq', layout, entry, options));
}

/** STAILQ_* as methods: `STAILQ_INSERT_TAIL(head, elm, field)` is `insertTail(memory, head, elm)`. */
export class Stailq<N extends string, F extends FieldTypes> extends QueueIteration<N, F, StailqHead<N>> {
  /** STAILQ_INIT. A zeroed head is not an empty STAILQ: it must be initialised. */
  init(memory: Memory, head: StailqHead<N>): void {
    this.link.store(memory, head, NULL);
    this.link.store(memory, head + 1, head);
  }

  /** STAILQ_LAST */
  last(memory: Memory, head: StailqHead<N>): Pointer<N> {
    const end: number = this.link.load(memory, head + 1);
    return (end === head ? NULL : end - this.link.entryOffset) as Pointer<N>;
  }

  /** STAILQ_INSERT_HEAD */
  insertHead(memory: Memory, head: StailqHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, head, element);
  }

  /** STAILQ_INSERT_TAIL */
  insertTail(memory: Memory, head: StailqHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, this.link.load(memory, head + 1), element);
  }

  /** STAILQ_INSERT_AFTER */
  insertAfter(memory: Memory, head: StailqHead<N>, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, this.link.nextAddress(memory, listed), element);
  }

  /**
   * Inserts before an element, walking from the head.
   * @throws KernelPanic when `listed` is not on the list.
   */
  insertBefore(memory: Memory, head: StailqHead<N>, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, this.linkTo(memory, head, listed), element);
  }

  /** STAILQ_REMOVE, walking from the head. @throws KernelPanic when the element is not on the list. */
  remove(memory: Memory, head: StailqHead<N>, element: Pointer<N>): void {
    const address = this.linkTo(memory, head, element);
    const next = this.next(memory, element);
    this.link.store(memory, address, next);
    if (next === NULL) this.link.store(memory, head + 1, address);
  }

  /** STAILQ_REMOVE_HEAD; returns the removed element, NULL from an empty list. */
  removeHead(memory: Memory, head: StailqHead<N>): Pointer<N> {
    const first = this.first(memory, head);
    if (first !== NULL) this.remove(memory, head, first);
    return first;
  }

  /** STAILQ_CONCAT: moves all of `second` behind `first`. */
  concat(memory: Memory, first: StailqHead<N>, second: StailqHead<N>): void {
    const moved = this.first(memory, second);
    if (moved === NULL) return;
    this.link.store(memory, this.link.load(memory, first + 1), moved);
    this.link.store(memory, first + 1, this.link.load(memory, second + 1));
    this.init(memory, second);
  }

  /** Links the element in at the link `address`. */
  private insertAt(memory: Memory, head: StailqHead<N>, address: number, element: Pointer<N>): void {
    const elementNext = this.link.nextAddress(memory, element);
    const next = this.link.load(memory, address);
    this.link.store(memory, elementNext, next);
    if (next === NULL) this.link.store(memory, head + 1, elementNext);
    this.link.store(memory, address, element);
  }

  /** The address of the link that leads to the element. */
  private linkTo(memory: Memory, head: StailqHead<N>, element: Pointer<N>): number {
    let address: number = head;
    for (;;) {
      const found = this.link.load(memory, address);
      if (found === element) return address;
      if (found === NULL) {
        throw new KernelPanic(`${this.link.label} element ${element} is not on the stailq at ${head}`);
      }
      address = this.link.nextAddress(memory, found);
    }
  }
}
