/**
 * Owns which locks each strand holds, followed from the steps of a watched run; races are reported with them.
 */
import type { Operation, OperationKind } from '../engine/operation.ts';

const TAKES = new Set(['mutex.lock', 'cond.wake', 'timed.wake', 'rwlock.readLock', 'rwlock.writeLock']);
const TRIES = new Set(['mutex.tryLock', 'rwlock.tryReadLock', 'rwlock.tryWriteLock']);
const DROPS = new Set([
  'mutex.unlock',
  'cond.wait',
  'cond.waitTimeout',
  'rwlock.readUnlock',
  'rwlock.writeUnlock',
]);

export class HeldLocks {
  readonly #held = new Map<number, { location: number; name: string }[]>();
  readonly #names = new Map<number, string>();

  /** Names of the locks the strand holds, in the order it took them. */
  of(strand: number): string[] {
    return (this.#held.get(strand) ?? []).map((lock) => lock.name);
  }

  step(operation: Operation, kind: OperationKind, location: number, value: number): void {
    const strand = operation.strand.index;
    if (kind.name.startsWith('mutex.') || kind.name.startsWith('rwlock.')) {
      this.#names.set(location, operation.target?.describe(location) ?? '');
    }
    if (TAKES.has(kind.name) || (TRIES.has(kind.name) && value !== 0)) this.#take(strand, location);
    else if (DROPS.has(kind.name))
      this.#drop(strand, kind.name.startsWith('cond.') ? operation.location : location);
  }

  #take(strand: number, location: number): void {
    const lock = { location, name: this.#names.get(location) ?? 'lock' };
    const held = this.#held.get(strand);
    if (held === undefined) this.#held.set(strand, [lock]);
    else held.push(lock);
  }

  #drop(strand: number, location: number): void {
    const held = this.#held.get(strand) ?? [];
    const at = held.findLastIndex((lock) => lock.location === location);
    if (at >= 0) held.splice(at, 1);
  }
}
