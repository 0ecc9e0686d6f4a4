/**
 * Owns lockmgr locks (sys/kern/kern_lock.c): shared and exclusive locks whose waiters sleep, with upgrades,
 * downgrades, recursion, time limits and draining. Run by threads; a request that may wait is refused where
 * nothing may block. Everything is decided by one word, changed by compare and set:
 *
 *     lk_count:  31     30     29     28    27       26      25     24 ... 0
 *                EXREQ  SHREQ  UPREQ  EXCL  UPGRANT  CANCEL  DRAIN  holds (of one if EXCL, else shared)
 *
 * EXREQ and UPREQ hold back new shared holders. The last release clears EXREQ and SHREQ and wakes all
 * waiters, who compete anew; if UPREQ is set it makes the lock exclusive for the upgrader instead
 * (UPGRANT), so that nobody comes in between. A wait is interlock, compare and set of the request bit,
 * sleep: a release that comes between has changed the word.
 */
import { atomic, cstring, int32, pointer, readCstring, relaxed, struct } from '@smplab/kmem';
import type { Context } from './context.ts';
import { EBUSY, ENOLCK } from './errno.ts';
import { GD } from './globaldata.ts';
import type { Steps } from './registry.ts';
import { PCATCH, PINTERLOCKED, tsleep, tsleep_interlock } from './tsleep.ts';
import { wakeup } from './wakeup.ts';

/** What is asked for: one of these ... */
export const LK_SHARED = 1;
export const LK_EXCLUSIVE = 2;
/** Shared to exclusive; the lock may be lost and had again in between. */
export const LK_UPGRADE = 3;
/** The same, but with nobody in between: EBUSY, and the lock lost, if another upgrades already. */
export const LK_EXCLUPGRADE = 4;
export const LK_DOWNGRADE = 5;
export const LK_RELEASE = 6;
/** Makes requests with LK_CANCELABLE fail, those that wait too; by the exclusive holder. */
export const LK_CANCEL_BEG = 8;
export const LK_CANCEL_END = 9;
/** Exclusively once nobody holds it or waits for it; after the release that follows nobody may use it. */
export const LK_DRAIN = 11;
/** Answer of `lockstatus`: another thread has it exclusively. */
export const LK_EXCLOTHER = 10;
const LK_TYPE_MASK = 0xf;

/** ... with any of these, which a lock may also have from `lockinit`. */
export const LK_NOWAIT = 0x0010;
/** ENOLCK, without the lock, instead of waiting more than once. */
export const LK_SLEEPFAIL = 0x0020;
export const LK_CANRECURSE = 0x0040;
export const LK_CANCELABLE = 0x0100;
/** EWOULDBLOCK after lk_timo ticks. */
export const LK_TIMELOCK = 0x0200;
/** EINTR or ERESTART for a signal. */
export const LK_PCATCH = 0x0400;
const LK_EXTFLG_MASK = 0x0ff0;

/** Bits of lk_count. */
export const LKC_EXREQ = 0x80000000 | 0;
export const LKC_SHREQ = 0x40000000;
export const LKC_UPREQ = 0x20000000;
export const LKC_EXCL = 0x10000000;
export const LKC_UPGRANT = 0x08000000;
export const LKC_CANCEL = 0x04000000;
export const LKC_DRAIN = 0x02000000;
export const LKC_MASK = 0x01ffffff;

export const Lock = struct('lock', {
  lk_count: atomic(int32),
  /** The exclusive holder: only it looks for itself here. */
  lk_lockholder: relaxed(pointer('thread')),
  lk_flags: int32,
  lk_timo: int32,
  /** Threads whose request has had to wait and is not over; for draining. */
  lk_waitcount: atomic(int32),
  lk_wmesg: cstring(16),
});

const { lk_count: COUNT, lk_lockholder: HOLDER, lk_flags: FLAGS, lk_waitcount: WAITERS } = Lock.offsets;

/** Prepares a lock; its words may lie anywhere in kernel memory. `flags` hold for every request. */
export function lockinit(k: Context, lock: number, wmesg: string, timo = 0, flags = 0): void {
  const { words } = k;
  words[lock + COUNT] = 0;
  words[lock + HOLDER] = 0;
  words[lock + FLAGS] = flags & LK_EXTFLG_MASK;
  words[lock + Lock.offsets.lk_timo] = timo;
  words[lock + WAITERS] = 0;
  k.kernel.writeText(lock + Lock.offsets.lk_wmesg, wmesg);
}

/** The lock is not needed any more; nobody may hold it. */
export function lockuninit(k: Context, lock: number): void {
  const count = k.peek(lock + COUNT);
  if ((count & LKC_MASK) !== 0) misuse(k, lock, `gives up a lock that is held (lk_count ${hex(count)})`);
}

/** Takes, changes or gives back the lock; 0 or an errno. After a failed upgrade the lock is not held. */
export function lockmgr(k: Context, lock: number, flags: number): Steps<number> {
  const asked = flags | (k.words[lock + FLAGS] & LK_EXTFLG_MASK);
  switch (flags & LK_TYPE_MASK) {
    case LK_SHARED:
      checkMayWait(k, lock, asked);
      return lockShared(k, lock, asked);
    case LK_EXCLUSIVE:
      checkMayWait(k, lock, asked);
      return lockExclusive(k, lock, asked);
    case LK_UPGRADE:
    case LK_EXCLUPGRADE:
      checkMayWait(k, lock, asked);
      return upgrade(k, lock, asked);
    case LK_DOWNGRADE:
      return downgrade(k, lock);
    case LK_RELEASE:
      return release(k, lock);
    case LK_DRAIN:
      checkMayWait(k, lock, asked);
      return drain(k, lock, asked);
    case LK_CANCEL_BEG:
      return cancel(k, lock);
    case LK_CANCEL_END:
      return cancelEnd(k, lock);
    default:
      return misuse(k, lock, `asks for ${flags & LK_TYPE_MASK}, which is no request`);
  }
}

function* cancelEnd(k: Context, lock: number): Steps<number> {
  yield* k.and(lock + COUNT, ~LKC_CANCEL);
  return 0;
}

/** LK_EXCLUSIVE, LK_EXCLOTHER, LK_SHARED or 0, as seen from a thread (0: from nowhere in particular). */
export function lockstatus(k: Context, lock: number, td = 0): number {
  const count = k.peek(lock + COUNT);
  if ((count & LKC_EXCL) !== 0) {
    return td === 0 || k.peek(lock + HOLDER) === td ? LK_EXCLUSIVE : LK_EXCLOTHER;
  }
  return (count & LKC_MASK) === 0 ? 0 : LK_SHARED;
}

/** Whether the current thread has the lock exclusively. */
export function lockowned(k: Context, lock: number): boolean {
  return (k.peek(lock + COUNT) & LKC_EXCL) !== 0 && isMine(k, lock);
}

/** How many holds there are, of one thread or of many. */
export function lockcount(k: Context, lock: number): number {
  return k.peek(lock + COUNT) & LKC_MASK;
}

// ---- requests -----------------------------------------------------------------------------------------

function* lockShared(k: Context, lock: number, asked: number): Steps<number> {
  let error = 0;
  let waits = 0;
  for (;;) {
    const count = yield* look(k, lock);
    if ((count & (LKC_EXREQ | LKC_UPREQ | LKC_EXCL)) === 0) {
      if (yield* k.cmpset(lock + COUNT, count, count + 1)) break;
      continue;
    }
    if (isMine(k, lock)) return yield* recurse(k, lock, asked);
    error = refusal(asked, count);
    if (error !== 0) break;
    if (waits++ === 0) yield* k.fetchadd(lock + WAITERS, 1);
    error = yield* sleepOn(k, lock, asked, count, count | LKC_SHREQ);
    if (error !== 0) break;
  }
  if (waits > 0) yield* waitIsOver(k, lock);
  return error;
}

function* lockExclusive(k: Context, lock: number, asked: number): Steps<number> {
  let error = 0;
  let waits = 0;
  for (;;) {
    const count = yield* look(k, lock);
    if ((count & (LKC_UPREQ | LKC_EXCL | LKC_MASK)) === 0) {
      if (!(yield* k.cmpset(lock + COUNT, count, (count + 1) | LKC_EXCL))) continue;
      k.words[lock + HOLDER] = k.td;
      break;
    }
    if (isMine(k, lock)) return yield* recurse(k, lock, asked);
    error = refusal(asked, count);
    if (error !== 0) break;
    if (waits++ === 0) yield* k.fetchadd(lock + WAITERS, 1);
    // If this is given up later EXREQ stays, until the last holder has released: others may want it too.
    error = yield* sleepOn(k, lock, asked, count, count | LKC_EXREQ);
    if (error !== 0) break;
  }
  if (waits > 0) yield* waitIsOver(k, lock);
  return error;
}

function* recurse(k: Context, lock: number, asked: number): Steps<number> {
  if ((asked & LK_CANRECURSE) === 0) {
    if ((asked & LK_NOWAIT) !== 0) return EBUSY;
    misuse(k, lock, 'locks against itself: it holds the lock, which is not LK_CANRECURSE');
  }
  yield* k.fetchadd(lock + COUNT, 1);
  return 0;
}

function* upgrade(k: Context, lock: number, asked: number): Steps<number> {
  for (;;) {
    const count = yield* look(k, lock);
    if ((count & LKC_EXCL) !== 0 && isMine(k, lock)) return 0;
    if ((count & LKC_EXCL) !== 0 || (count & LKC_MASK) === 0)
      misuse(k, lock, 'upgrades a lock it does not hold');
    if ((count & (LKC_UPREQ | LKC_MASK)) === 1) {
      if (!(yield* k.cmpset(lock + COUNT, count, count | LKC_EXCL))) continue;
      k.words[lock + HOLDER] = k.td;
      return 0;
    }
    const isSecond = (count & LKC_UPREQ) !== 0;
    const isRefused = isSecond && (asked & LK_TYPE_MASK) === LK_EXCLUPGRADE;
    const error = isRefused ? EBUSY : refusal(asked, count);
    if (error !== 0 || isSecond) {
      yield* release(k, lock);
      if (error !== 0) return error;
      // The first upgrader comes in between, for which the caller may not be prepared.
      return (asked & LK_SLEEPFAIL) !== 0 ? ENOLCK : yield* lockExclusive(k, lock, asked);
    }
    if (yield* k.cmpset(lock + COUNT, count, (count - 1) | LKC_UPREQ))
      return yield* awaitGrant(k, lock, asked);
  }
}

/** This thread owns UPREQ and has given up its shared hold: whoever releases the last one grants. */
function* awaitGrant(k: Context, lock: number, asked: number): Steps<number> {
  let error = 0;
  yield* k.fetchadd(lock + WAITERS, 1);
  for (;;) {
    const count = yield* look(k, lock);
    if ((count & LKC_UPGRANT) !== 0) {
      if (!(yield* k.cmpset(lock + COUNT, count, count & ~LKC_UPGRANT))) continue;
      k.words[lock + HOLDER] = k.td;
      break;
    }
    error = refusal(asked, count);
    if (error === 0) error = yield* sleepOn(k, lock, asked, count, count);
    if (error === 0) continue;
    yield* undoUpgrade(k, lock);
    break;
  }
  yield* waitIsOver(k, lock);
  return error;
}

/** The upgrade is given up: takes UPREQ back, or releases what has been granted by now. */
function* undoUpgrade(k: Context, lock: number): Steps {
  for (;;) {
    const count = yield* k.load(lock + COUNT);
    if ((count & LKC_UPGRANT) !== 0) {
      if (!(yield* k.cmpset(lock + COUNT, count, count & ~LKC_UPGRANT))) continue;
      k.words[lock + HOLDER] = k.td;
      yield* release(k, lock);
      return;
    }
    // Shared waiters may come in now, unless an exclusive request keeps them out as well.
    const wakes = (count & (LKC_EXREQ | LKC_SHREQ)) === LKC_SHREQ;
    const cleared = wakes ? LKC_UPREQ | LKC_SHREQ : LKC_UPREQ;
    if (!(yield* k.cmpset(lock + COUNT, count, count & ~cleared))) continue;
    if (wakes) yield* wakeup(k, lock);
    return;
  }
}

function* downgrade(k: Context, lock: number): Steps<number> {
  for (;;) {
    const count = yield* k.load(lock + COUNT);
    if ((count & LKC_EXCL) === 0 || !isMine(k, lock))
      misuse(k, lock, 'downgrades a lock it does not hold exclusively');
    if ((count & LKC_MASK) !== 1) misuse(k, lock, `downgrades a lock it holds ${count & LKC_MASK} times`);
    k.words[lock + HOLDER] = 0;
    if (yield* k.cmpset(lock + COUNT, count, count & ~(LKC_EXCL | LKC_SHREQ))) {
      if ((count & LKC_SHREQ) !== 0) yield* wakeup(k, lock);
      return 0;
    }
    k.words[lock + HOLDER] = k.td;
  }
}

function* release(k: Context, lock: number): Steps<number> {
  for (;;) {
    const count = yield* k.load(lock + COUNT);
    if ((count & LKC_MASK) === 0) misuse(k, lock, 'releases a lock that nobody holds');
    const isExclusive = (count & LKC_EXCL) !== 0;
    if (isExclusive && !isMine(k, lock)) {
      misuse(k, lock, `releases a lock that ${k.nameOf(k.peek(lock + HOLDER))} holds exclusively`);
    }
    const isLast = (count & LKC_MASK) === 1;
    if (isExclusive && isLast) k.words[lock + HOLDER] = 0;
    if (yield* k.cmpset(lock + COUNT, count, afterRelease(count))) {
      if (isLast && (count & (LKC_EXREQ | LKC_SHREQ | LKC_UPREQ)) !== 0) yield* wakeup(k, lock);
      return 0;
    }
    if (isExclusive) k.words[lock + HOLDER] = k.td;
  }
}

/** lk_count after one hold was given back. */
function afterRelease(count: number): number {
  if ((count & LKC_MASK) !== 1) return count - 1;
  if ((count & LKC_UPREQ) !== 0) return (count & ~LKC_UPREQ) | LKC_EXCL | LKC_UPGRANT;
  return (count - 1) & ~(LKC_EXCL | LKC_EXREQ | LKC_SHREQ | LKC_CANCEL);
}

function* drain(k: Context, lock: number, asked: number): Steps<number> {
  if (isMine(k, lock)) misuse(k, lock, 'drains a lock it holds');
  for (;;) {
    const error = yield* lockExclusive(k, lock, asked);
    if (error !== 0) return error;
    if ((yield* k.load(lock + WAITERS)) === 0) break;
    yield* tsleep_interlock(k, lock + WAITERS);
    yield* release(k, lock);
    if ((asked & LK_NOWAIT) !== 0) return EBUSY;
    if ((yield* k.load(lock + WAITERS)) === 0) continue;
    const slept = yield* sleepInterlocked(k, lock, lock + WAITERS, asked);
    if (slept !== 0) return slept;
  }
  const before = yield* k.or(lock + COUNT, LKC_DRAIN);
  // Whoever came since uses a lock that is going away: they are woken to be told.
  if ((before & (LKC_EXREQ | LKC_SHREQ)) !== 0) yield* wakeup(k, lock);
  return 0;
}

function* cancel(k: Context, lock: number): Steps<number> {
  if (!lockowned(k, lock)) misuse(k, lock, 'cancels the waiters of a lock it does not hold exclusively');
  yield* k.or(lock + COUNT, LKC_CANCEL);
  yield* wakeup(k, lock);
  return 0;
}

// ---- waiting ------------------------------------------------------------------------------------------

/** The word of a lock that may be used. */
function* look(k: Context, lock: number): Steps<number> {
  const count = yield* k.load(lock + COUNT);
  if ((count & LKC_DRAIN) !== 0) misuse(k, lock, 'uses a lock that has been drained');
  return count;
}

/** Why a request that cannot be met at once must not wait. */
function refusal(asked: number, count: number): number {
  if ((asked & LK_NOWAIT) !== 0) return EBUSY;
  return (asked & LK_CANCELABLE) !== 0 && (count & LKC_CANCEL) !== 0 ? ENOLCK : 0;
}

/** Leaves a request in the word, if that is still what was seen, and sleeps; 0 to look again. */
function* sleepOn(k: Context, lock: number, asked: number, seen: number, next: number): Steps<number> {
  yield* tsleep_interlock(k, lock);
  if (!(yield* k.cmpset(lock + COUNT, seen, next))) return 0;
  return yield* sleepInterlocked(k, lock, lock, asked);
}

function* sleepInterlocked(k: Context, lock: number, ident: number, asked: number): Steps<number> {
  const timo = (asked & LK_TIMELOCK) !== 0 ? k.words[lock + Lock.offsets.lk_timo] : 0;
  const flags = (asked & LK_PCATCH) !== 0 ? PINTERLOCKED | PCATCH : PINTERLOCKED;
  const error = yield* tsleep(k, ident, flags, lockName(k, lock), timo);
  return error === 0 && (asked & LK_SLEEPFAIL) !== 0 ? ENOLCK : error;
}

function* waitIsOver(k: Context, lock: number): Steps {
  if ((yield* k.fetchadd(lock + WAITERS, -1)) === 1) yield* wakeup(k, lock + WAITERS);
}

// ---- rules --------------------------------------------------------------------------------------------

function isMine(k: Context, lock: number): boolean {
  return k.peek(lock + HOLDER) === k.td;
}

/** A request that may wait has no place in a message handler, a hard section or under a spinlock. */
function checkMayWait(k: Context, lock: number, asked: number): void {
  if ((asked & LK_NOWAIT) !== 0) return;
  const { words, cpu } = k;
  if (words[cpu.gd + GD.gd_processing_ipiq] !== 0 || words[cpu.gd + GD.gd_intr_nesting_level] !== 0) {
    mustNotWait(k, lock, `in a message handler or hard critical section on cpu${cpu.cpuid}`);
  }
  const spinlocks = words[cpu.gd + GD.gd_spinlocks];
  if (spinlocks !== 0) mustNotWait(k, lock, `while it holds ${spinlocks} spinlocks`);
}

function mustNotWait(k: Context, lock: number, where: string): never {
  return k.panic(`lockmgr ${lockName(k, lock)}: ${k.nameOf(k.td)} may wait ${where}`);
}

function misuse(k: Context, lock: number, what: string): never {
  return k.misuse('lock-misuse', `lockmgr ${lockName(k, lock)}: ${k.nameOf(k.td)} ${what}`);
}

function lockName(k: Context, lock: number): string {
  return readCstring(k.kernel.memory, lock + Lock.offsets.lk_wmesg, 16);
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
