/**
 * SLIST of sys/queue.h: singly linked, the smallest; removal walks unless at the head or after a known
 * element. Runs on any thread; the caller holds what guards the list.
 *
 *   head            element a      element b
 *   +-------+       +------+       +------+
 *   | first |------>| next |------>| NULL |
 *   +-------+       +------+       +------+
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

/** Words of an SLIST head. */
export const SLIST_HEAD_WORDS = 1;

/** A pointer to an SLIST head of structs named `S`. */
export type SlistHead<S extends string> = Pointer<QueueHead<'slist', S>>;

/** The field type of an SLIST head. */
export function slistHead<const S extends string>(target: S): HeadType<'slist', S> {
  return { kind: 'head', words: SLIST_HEAD_WORDS, queue: 'slist', target };
}

/** The field type of an SLIST entry. */
export function slistEntry<const S extends string>(target: S): EntryType<'slist', S> {
  return { kind: 'entry', words: 1, queue: 'slist', target };
}

/** The SLIST operations for one entry field of a struct. @example const free = slist(Buf, 'b_free'); */
export function slist<N extends string, F extends FieldTypes>(
  layout: StructLayout<N, F>,
  entry: keyof F & string,
  options?: QueueOptions<F>,
): Slist<N, F> {
  return new Slist(new QueueLink('slist', layout, entry, options));
}

/** SLIST_* as methods: `SLIST_INSERT_HEAD(head, elm, field)` is `insertHead(memory, head, elm)`. */
export class Slist<N extends string, F extends FieldTypes> extends QueueIteration<N, F, SlistHead<N>> {
  /** SLIST_INIT */
  init(memory: Memory, head: SlistHead<N>): void {
    this.link.store(memory, head, NULL);
  }

  /** SLIST_INSERT_HEAD */
  insertHead(memory: Memory, head: SlistHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, element);
  }

  /** SLIST_INSERT_AFTER */
  insertAfter(memory: Memory, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, this.link.nextAddress(memory, listed), element);
  }

  /**
   * Inserts before an element, walking from the head.
   * @throws KernelPanic when `listed` is not on the list.
   */
  insertBefore(memory: Memory, head: SlistHead<N>, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, this.linkTo(memory, head, listed), element);
  }

  /** SLIST_REMOVE, walking from the head. @throws KernelPanic when the element is not on the list. */
  remove(memory: Memory, head: SlistHead<N>, element: Pointer<N>): void {
    this.link.store(memory, this.linkTo(memory, head, element), this.next(memory, element));
  }

  /** SLIST_REMOVE_HEAD; returns the removed element, NULL from an empty list. */
  removeHead(memory: Memory, head: SlistHead<N>): Pointer<N> {
    const first = this.first(memory, head);
    if (first !== NULL) this.link.store(memory, head, this.next(memory, first));
    return first;
  }

  /** SLIST_REMOVE_AFTER; returns the removed element, NULL when `listed` is the last. */
  removeAfter(memory: Memory, listed: Pointer<N>): Pointer<N> {
    const removed = this.next(memory, listed);
    if (removed !== NULL) {
      this.link.store(memory, this.link.nextAddress(memory, listed), this.next(memory, removed));
    }
    return removed;
  }

  /** SLIST_CONCAT: moves all of `second` behind `first`. Walks `first`. */
  concat(memory: Memory, first: SlistHead<N>, second: SlistHead<N>): void {
    this.link.store(memory, this.linkTo(memory, first, NULL), this.first(memory, second));
    this.init(memory, second);
  }

  /** Links the element in at the link `address`. */
  private insertAt(memory: Memory, address: number, element: Pointer<N>): void {
    this.link.store(memory, this.link.nextAddress(memory, element), this.link.load(memory, address));
    this.link.store(memory, address, element);
  }

  /** The address of the link that leads to the element; for NULL the link at the end. */
  private linkTo(memory: Memory, head: SlistHead<N>, element: Pointer<N>): number {
    let address: number = head;
    for (;;) {
      const found = this.link.load(memory, address);
      if (found === element) return address;
      if (found === NULL) {
        throw new KernelPanic(`${this.link.label} element ${element} is not on the slist at ${head}`);
      }
      address = this.link.nextAddress(memory, found);
    }
  }
}
