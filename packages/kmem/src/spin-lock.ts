/**
 * The spin word that guards kmem's own tables (kmalloc, names) and, in live machines and tests, lists. One
 * word of shared memory; usable from any thread, also when another thread holds it.
 *
 *   0  free        1  held        2  held, and somebody sleeps in Atomics.wait on the word
 *
 * A contender tries a bounded number of times and then sleeps in `Atomics.wait`, so nothing spins for ever.
 * It is not recursive: a thread that takes it twice sleeps for ever. Under explore and simulate it is never
 * contended, since everything between lock and unlock is one step.
 */
import { KernelPanic } from './kmem-error.ts';

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;
const ATTEMPTS = 100;

/** Takes the lock in `words[index]`, waiting as long as another thread holds it. */
export function spin_lock(words: Int32Array, index: number): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (Atomics.compareExchange(words, index, FREE, HELD) === FREE) return;
  }
  while (Atomics.exchange(words, index, CONTENDED) !== FREE) {
    Atomics.wait(words, index, CONTENDED);
  }
}

/** Takes the lock if it is free; true when it was. */
export function spin_trylock(words: Int32Array, index: number): boolean {
  return Atomics.compareExchange(words, index, FREE, HELD) === FREE;
}

/** Releases the lock and wakes one sleeper. @throws KernelPanic when it is not held. */
export function spin_unlock(words: Int32Array, index: number): void {
  const before = Atomics.exchange(words, index, FREE);
  if (before === CONTENDED) Atomics.notify(words, index, 1);
  else if (before === FREE) throw new KernelPanic(`spin_unlock of a free lock, word ${index}`);
}
