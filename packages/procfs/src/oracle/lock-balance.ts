/**
 * Owns the oracle of locks (procfs.md 4, i): an operation of procfs ends with what it began with, so each
 * look at a process that it begins it ends as well, once. One object for each realm; it is told by
 * procfs_proc_lock and procfs_proc_unlock, and asked at the end of each operation. No steps.
 *
 * Spinlocks and tokens are watched by the kernel itself: who blocks with a spinlock, or returns to user mode
 * with a token, is stopped there.
 */
import type { Context } from '@smplab/lwkt';

export class LockBalance {
  /** Processes that a thread looks at, innermost last. */
  readonly #held = new Map<number, number[]>();

  /** A thread has entered p_reflock of a process. */
  entered(td: number, p: number): void {
    const held = this.#held.get(td);
    if (held === undefined) this.#held.set(td, [p]);
    else held.push(p);
  }

  /** It leaves it: a panic if it has not entered. */
  left(k: Context, p: number): void {
    if (!this.gaveBack(k.td, p))
      k.panic(`procfs_proc_unlock: ${k.nameOf(k.td)} does not look at process ${p}`);
  }

  /** It leaves it, if it has entered through procfs_proc_lock; whether it has. */
  gaveBack(td: number, p: number): boolean {
    const held = this.#held.get(td) ?? [];
    const at = held.lastIndexOf(p);
    if (at < 0) return false;
    held.splice(at, 1);
    if (held.length === 0) this.#held.delete(td);
    return true;
  }

  /** How many processes a thread looks at; taken when an operation begins. */
  depth(td: number): number {
    return this.#held.get(td)?.length ?? 0;
  }

  /** Fails the run if an operation that began at a depth has kept a look, or ended one of its caller's. */
  check(k: Context, operation: string, depth: number): void {
    const found = this.depth(k.td);
    if (found === depth) return;
    k.misuse(
      'assertion',
      `procfs: ${operation} began with ${depth} processes looked at, and ends with ${found}: ` +
        `p_reflock is kept`,
    );
  }

  /** A run begins from the booted image. */
  reset(): void {
    this.#held.clear();
  }
}
