/**
 * LIST of sys/queue.h: doubly linked, head of one word, removal in constant time, no way to the last element.
 * Runs on any thread; the caller holds what guards the list.
 *
 *   head            element a                element b
 *   +-------+       +------+---------+       +------+---------+
 *   | first |------>| next | &first  |------>| next | &a.next |
 *   +-------+       +------+---------+       +------+---------+
 */
import type { EntryType, HeadType, QueueHead } from './field-type.ts';
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import { QueueIteration } from './queue-iteration.ts';
import { QUEUE_TRASH, QueueLink } from './queue-link.ts';
import type { QueueOptions } from './queue-link.ts';
import type { FieldTypes, StructLayout } from './struct.ts';

/** Words of a LIST head. */
export const LIST_HEAD_WORDS = 1;

/** A pointer to a LIST head of structs named `S`. */
export type ListHead<S extends string> = Pointer<QueueHead<'list', S>>;

/** The field type of a LIST head. */
export function listHead<const S extends string>(target: S): HeadType<'list', S> {
  return { kind: 'head', words: LIST_HEAD_WORDS, queue: 'list', target };
}

/** The field type of a LIST entry. */
export function listEntry<const S extends string>(target: S): EntryType<'list', S> {
  return { kind: 'entry', words: 2, queue: 'list', target };
}

/**
 * The LIST operations for one entry field of a struct.
 * @example
 * const children = list(Proc, 'p_sibling');
 * children.insertHead(memory, parent.p_children, child);
 */
export function list<N extends string, F extends FieldTypes>(
  layout: StructLayout<N, F>,
  entry: keyof F & string,
  options?: QueueOptions<F>,
): List<N, F> {
  return new List(new QueueLink('list', layout, entry, options));
}

/** LIST_* as methods: `LIST_INSERT_HEAD(head, elm, field)` is `insertHead(memory, head, elm)`. */
export class List<N extends string, F extends FieldTypes> extends QueueIteration<N, F, ListHead<N>> {
  /** LIST_INIT */
  init(memory: Memory, head: ListHead<N>): void {
    this.link.store(memory, head, NULL);
  }

  /** LIST_PREV */
  prev(memory: Memory, head: ListHead<N>, element: Pointer<N>): Pointer<N> {
    const back: number = this.link.load(memory, this.link.backAddress(memory, element));
    return (back === head ? NULL : back - this.link.entryOffset) as Pointer<N>;
  }

  /** LIST_INSERT_HEAD */
  insertHead(memory: Memory, head: ListHead<N>, element: Pointer<N>): void {
    this.insertAt(memory, head, element);
  }

  /** LIST_INSERT_AFTER */
  insertAfter(memory: Memory, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, this.link.nextAddress(memory, listed), element);
  }

  /** LIST_INSERT_BEFORE */
  insertBefore(memory: Memory, listed: Pointer<N>, element: Pointer<N>): void {
    this.insertAt(memory, this.link.checkedBack(memory, listed), element);
  }

  /** LIST_REMOVE. The next link of the element stays as it was. @throws KernelPanic when it is on no list. */
  remove(memory: Memory, element: Pointer<N>): void {
    const back = this.link.checkedBack(memory, element);
    const next = this.link.next(memory, element);
    if (next !== NULL) this.link.store(memory, this.link.backAddress(memory, next), back);
    this.link.store(memory, back, next);
    this.link.store(memory, this.link.backAddress(memory, element), QUEUE_TRASH);
  }

  /** LIST_CONCAT: moves all of `second` behind `first`. Walks `first`. */
  concat(memory: Memory, first: ListHead<N>, second: ListHead<N>): void {
    const moved = this.first(memory, second);
    if (moved === NULL) return;
    let end: number = first;
    for (let p = this.first(memory, first); p !== NULL; p = this.next(memory, p)) {
      end = this.link.nextAddress(memory, p);
    }
    this.link.store(memory, end, moved);
    this.link.store(memory, this.link.backAddress(memory, moved), end);
    this.init(memory, second);
  }

  /** Links the element in at the link `address`. */
  private insertAt(memory: Memory, address: number, element: Pointer<N>): void {
    const elementNext = this.link.nextAddress(memory, element);
    const next = this.link.load(memory, address);
    this.link.store(memory, elementNext, next);
    if (next !== NULL) this.link.store(memory, this.link.backAddress(memory, next), elementNext);
    this.link.store(memory, address, element);
    this.link.store(memory, elementNext + 1, address);
  }
}
