/**
 * Owns the LIST of sys/queue.h as kernel code walks and changes it: every access goes through `k.get` and
 * `k.set`, so that a walk without the token that guards the list is a race, and a step into freed memory is
 * found. An entry is two words (next, address of what points here), a head is one. Takes no lock: the caller
 * holds what guards the list.
 *
 *     head            element a                element b
 *     +-------+       +------+---------+       +------+---------+
 *     | first |------>| next | &first  |------>| next | &a.next |
 *     +-------+       +------+---------+       +------+---------+
 */
import type { Context } from '@smplab/lwkt';

/** Words of an entry and of a head. */
export const LIST_ENTRY_WORDS = 2;

/** LIST_FIRST: 0 when the list is empty. */
export function listFirst(k: Context, head: number): number {
  return k.get(head);
}

/** LIST_NEXT: 0 at the end. `entry` is the offset of the links in the element. */
export function listNext(k: Context, element: number, entry: number): number {
  return k.get(element + entry);
}

/** LIST_INSERT_HEAD. */
export function listInsertHead(k: Context, head: number, element: number, entry: number): void {
  insertAt(k, head, element, entry);
}

/** LIST_INSERT_AFTER. */
export function listInsertAfter(k: Context, listed: number, element: number, entry: number): void {
  insertAt(k, listed + entry, element, entry);
}

/** LIST_REMOVE. The next link of the element stays as it was, as in BSD. */
export function listRemove(k: Context, element: number, entry: number): void {
  const next = k.get(element + entry);
  const back = k.get(element + entry + 1);
  if (back === 0) k.panic(`LIST_REMOVE: element ${element} is on no list`);
  k.set(back, next);
  if (next !== 0) k.set(next + entry + 1, back);
  k.set(element + entry + 1, 0);
}

/** Whether the element is on a list. */
export function isListed(k: Context, element: number, entry: number): boolean {
  return k.get(element + entry + 1) !== 0;
}

function insertAt(k: Context, link: number, element: number, entry: number): void {
  const next = k.get(link);
  k.set(element + entry, next);
  k.set(element + entry + 1, link);
  if (next !== 0) k.set(next + entry + 1, element + entry);
  k.set(link, element);
}
