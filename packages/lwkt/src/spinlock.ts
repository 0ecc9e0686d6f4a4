/**
 * Owns spinlocks (sys/sys/spinlock2.h, sys/kern/kern_spinlock.c): exclusive and shared locks that are
 * held for a few operations only. Holding one is a critical section in which nothing may block. Run by
 * any thread or message handler; a CPU that waits for one does nothing else, not even its messages.
 *
 *     counta:  31        30 ........ 20        19 ............... 0
 *              SHARED    exclusive waiters     holders, and exclusive attempts on their way
 *
 * An exclusive attempt adds one holder and has the lock if it was the first; otherwise it moves its one
 * to the waiters and clears SHARED, which keeps new shared holders out until it had its turn. spin_owner
 * is for assertions only: the exclusive holder writes it and nobody decides by another's value.
 */
import { type Condition, EQUAL, NOT_EQUAL } from '@smplab/explore';
import { atomic, cstring, int32, pointer, readCstring, relaxed, struct } from '@smplab/kmem';
import type { Context } from './context.ts';
import { crit_enter, crit_leave, splz } from './critical.ts';
import { GD } from './globaldata.ts';
import type { Steps } from './registry.ts';

/** counta: the holders share the lock. */
export const SPINLOCK_SHARED = 0x80000000 | 0;
/** counta: one exclusive waiter. */
export const SPINLOCK_EXCLWAIT = 0x00100000;
const HOLDERS = SPINLOCK_EXCLWAIT - 1;

export const Spinlock = struct('spinlock', {
  counta: atomic(int32),
  /** The thread that holds it exclusively. */
  spin_owner: relaxed(pointer('thread')),
  descr: cstring(16),
});

const { counta: COUNTA, spin_owner: OWNER, descr: DESCR } = Spinlock.offsets;

/** Prepares a spinlock; its words may lie anywhere in kernel memory. */
export function spin_init(k: Context, spin: number, descr: string): void {
  k.words[spin + COUNTA] = 0;
  k.words[spin + OWNER] = 0;
  k.kernel.writeText(spin + DESCR, descr);
}

/** Takes the lock exclusively. */
export function spin_lock(k: Context, spin: number): Steps {
  begin(k);
  return k.upon(k.fetchadd(spin + COUNTA, 1), counted, spin);
}

function counted(k: Context, before: number, spin: number): Steps | null {
  if (before !== 0) return waitAndOwn(k, spin);
  k.words[spin + OWNER] = k.td;
  return null;
}

function* waitAndOwn(k: Context, spin: number): Steps {
  yield* waitExclusive(k, spin);
  k.words[spin + OWNER] = k.td;
}

/** Takes the lock exclusively if nobody has it; true if it did. Never waits. */
export function* spin_trylock(k: Context, spin: number): Steps<boolean> {
  begin(k);
  const taken =
    (yield* k.cmpset(spin + COUNTA, 0, 1)) || (yield* k.cmpset(spin + COUNTA, SPINLOCK_SHARED, 1));
  if (taken) k.words[spin + OWNER] = k.td;
  else yield* end(k);
  return taken;
}

/** Gives back what `spin_lock` took. */
export function spin_unlock(k: Context, spin: number): Steps {
  const owner = k.words[spin + OWNER];
  if (owner !== k.td) misuse(k, spin, 'spin_unlock', owner);
  k.words[spin + OWNER] = 0;
  return k.upon(k.fetchadd(spin + COUNTA, -1), left, spin);
}

function left(k: Context): Steps | null {
  k.words[k.cpu.gd + GD.gd_spinlocks]--;
  return crit_leave(k) ? splz(k) : null;
}

/** Takes the lock together with others that share it; exclusive waiters come first. */
export function* spin_lock_shared(k: Context, spin: number): Steps {
  begin(k);
  if (!(yield* k.cmpset(spin + COUNTA, 0, SPINLOCK_SHARED | 1))) yield* waitShared(k, spin);
}

/** Gives back what `spin_lock_shared` took. */
export function* spin_unlock_shared(k: Context, spin: number): Steps {
  const owner = k.words[spin + OWNER];
  const isHeld = (k.peek(spin + COUNTA) & HOLDERS) !== 0 && owner === 0;
  if (!isHeld || k.words[k.cpu.gd + GD.gd_spinlocks] === 0) misuse(k, spin, 'spin_unlock_shared', owner);
  const before = yield* k.fetchadd(spin + COUNTA, -1);
  // The last one turns the lights out, unless somebody has come in by now.
  if (before === (SPINLOCK_SHARED | 1)) yield* k.cmpset(spin + COUNTA, SPINLOCK_SHARED, 0);
  yield* end(k);
}

/** Whether anybody holds the lock, or is about to. */
export function spin_held(k: Context, spin: number): boolean {
  return (k.peek(spin + COUNTA) & HOLDERS) !== 0;
}

function begin(k: Context): void {
  crit_enter(k);
  k.words[k.cpu.gd + GD.gd_spinlocks]++;
}

function* end(k: Context): Steps {
  k.words[k.cpu.gd + GD.gd_spinlocks]--;
  if (crit_leave(k)) yield* splz(k);
}

/** The attempt is counted as a holder already. */
function* waitExclusive(k: Context, spin: number): Steps {
  const counta = spin + COUNTA;
  checkSelf(k, spin, 'spin_lock');
  yield* k.fetchadd(counta, SPINLOCK_EXCLWAIT - 1);
  yield* k.and(counta, ~SPINLOCK_SHARED);
  for (;;) {
    yield* k.until(counta, EQUAL, 0, HOLDERS);
    const value = k.peek(counta);
    if ((value & HOLDERS) !== 0) continue;
    if (yield* k.cmpset(counta, value, (value - SPINLOCK_EXCLWAIT) | 1)) return;
  }
}

function* waitShared(k: Context, spin: number): Steps {
  const location = spin + COUNTA;
  checkSelf(k, spin, 'spin_lock_shared');
  const open: Condition[] = [
    { location, mask: -1, comparison: EQUAL, value: 0 },
    { location, mask: SPINLOCK_SHARED, comparison: NOT_EQUAL, value: 0 },
  ];
  for (;;) {
    yield* k.untilAny(open);
    const value = k.peek(location);
    if (value !== 0 && (value & SPINLOCK_SHARED) === 0) continue;
    const next = value === 0 ? SPINLOCK_SHARED | 1 : value + 1;
    if (yield* k.cmpset(location, value, next)) return;
  }
}

function checkSelf(k: Context, spin: number, what: string): void {
  if (k.words[spin + OWNER] !== k.td) return;
  const name = spinName(k, spin);
  k.misuse('lock-misuse', `${what}: ${k.nameOf(k.td)} waits for spinlock ${name}, which it holds itself`);
}

function misuse(k: Context, spin: number, what: string, owner: number): never {
  const name = spinName(k, spin);
  const held = (k.peek(spin + COUNTA) & HOLDERS) === 0 ? 'nobody holds' : 'others share';
  const state = owner === 0 ? held : owner === k.td ? 'it holds exclusively' : `${k.nameOf(owner)} holds`;
  return k.misuse('lock-misuse', `${what}: ${k.nameOf(k.td)} releases spinlock ${name}, which ${state}`);
}

function spinName(k: Context, spin: number): string {
  const text = readCstring(k.kernel.memory, spin + DESCR, 16);
  return text === '' ? `at ${spin}` : text;
}
