/**
 * Iteration that skips scan markers, the same for all four sys/queue.h lists. Owns nothing; the caller holds
 * what guards the list.
 */
import type { Memory } from './memory.ts';
import { NULL } from './pointer.ts';
import type { Pointer } from './pointer.ts';
import type { QueueLink } from './queue-link.ts';
import type { FieldTypes } from './struct.ts';

/** A list descriptor with heads of type `H`. */
export abstract class QueueIteration<N extends string, F extends FieldTypes, H extends Pointer> {
  protected readonly link: QueueLink<N, F>;

  constructor(link: QueueLink<N, F>) {
    this.link = link;
  }

  /** *_EMPTY: true when there is no element, not even a marker. */
  empty(memory: Memory, head: H): boolean {
    return this.first(memory, head) === NULL;
  }

  /** *_FIRST, a marker perhaps; NULL when empty. */
  first(memory: Memory, head: H): Pointer<N> {
    return this.link.load(memory, head);
  }

  /** *_NEXT, a marker perhaps; NULL at the end. */
  next(memory: Memory, element: Pointer<N>): Pointer<N> {
    return this.link.next(memory, element);
  }

  /** True when the element is a marker. */
  isMarker(memory: Memory, element: Pointer<N>): boolean {
    return this.link.isMarker(memory, element);
  }

  /**
   * The first element that is no marker; a loop with `nextElement` makes no garbage.
   * @example for (let p = q.firstElement(m, head); p !== NULL; p = q.nextElement(m, p)) visit(p);
   */
  firstElement(memory: Memory, head: H): Pointer<N> {
    return this.skipMarkers(memory, this.first(memory, head));
  }

  /** The next element that is no marker. */
  nextElement(memory: Memory, element: Pointer<N>): Pointer<N> {
    return this.skipMarkers(memory, this.next(memory, element));
  }

  /** *_FOREACH without markers. The current element must stay listed until the loop goes on. */
  *foreach(memory: Memory, head: H): Generator<Pointer<N>, void> {
    for (let p = this.firstElement(memory, head); p !== NULL; p = this.nextElement(memory, p)) yield p;
  }

  /** *_FOREACH_SAFE without markers: the current element may be removed or freed, its successor may not. */
  *foreachSafe(memory: Memory, head: H): Generator<Pointer<N>, void> {
    let p = this.firstElement(memory, head);
    while (p !== NULL) {
      const next = this.nextElement(memory, p);
      yield p;
      p = next;
    }
  }

  private skipMarkers(memory: Memory, element: Pointer<N>): Pointer<N> {
    let found = element;
    while (found !== NULL && this.link.isMarker(memory, found)) found = this.link.next(memory, found);
    return found;
  }
}
