/**
 * Owns p_reflock (sys/sys/proc.h of NetBSD): who looks at a process from outside - procfs - shares it, exec
 * and exit have it alone. A look never waits: while the process execs or exits it is refused (EBUSY). Exec
 * and exit wait until the last look is over, so nobody who holds it may sleep without bound. One atomic word:
 *
 *     31        30        29 ........ 0
 *     writer    waiting   looks from outside
 */
import { type Context, PINTERLOCKED, type Steps, tsleep, tsleep_interlock, wakeup } from '@smplab/lwkt';
import { P } from './proc.ts';

const WRITER = 1 << 31;
const WAITING = 1 << 30;
const READERS = WAITING - 1;

/** Looks from outside are refused from now on, and those under way are waited for (RW_WRITER). */
export function reflock_enter(k: Context, p: number): Steps {
  return k.upon(k.cmpset(p + P.p_reflock, 0, WRITER), enterShared, p);
}

function enterShared(k: Context, isDone: boolean, p: number): Steps | null {
  return isDone ? null : drain(k, p);
}

function* drain(k: Context, p: number): Steps {
  for (;;) {
    const before = yield* k.load(p + P.p_reflock);
    if ((before & WRITER) !== 0) k.panic(`reflock_enter: process ${p} execs or exits already`);
    if ((before & READERS) === 0) {
      if (yield* k.cmpset(p + P.p_reflock, before, WRITER)) return;
      continue;
    }
    yield* tsleep_interlock(k, p + P.p_reflock);
    if (yield* k.cmpset(p + P.p_reflock, before, before | WAITING)) {
      yield* tsleep(k, p + P.p_reflock, PINTERLOCKED, 'reflock', 0);
    }
  }
}

/** Looks are allowed again. */
export function* reflock_exit(k: Context, p: number): Steps {
  yield* k.store(p + P.p_reflock, 0);
}

/** Begins a look from outside: false while the process execs or exits. Somebody keeps it from being freed. */
export function* reflock_tryenter(k: Context, p: number): Steps<boolean> {
  for (;;) {
    const before = yield* k.load(p + P.p_reflock);
    if ((before & (WRITER | WAITING)) !== 0) return false;
    if (yield* k.cmpset(p + P.p_reflock, before, before + 1)) return true;
  }
}

/** Ends it; who execs or exits may go on. */
export function* reflock_leave(k: Context, p: number): Steps {
  for (;;) {
    const before = yield* k.load(p + P.p_reflock);
    if ((before & READERS) === 0) k.panic(`reflock_leave: nobody looks at process ${p}`);
    const isAwaited = (before & WAITING) !== 0 && (before & READERS) === 1;
    if (!(yield* k.cmpset(p + P.p_reflock, before, isAwaited ? 0 : before - 1))) continue;
    // An address and nothing more: the process may be gone by now.
    if (isAwaited) yield* wakeup(k, p + P.p_reflock);
    return;
  }
}

/** Whether the process execs or exits; for checkers. */
export function reflock_isExclusive(k: Context, p: number): boolean {
  return (k.peek(p + P.p_reflock) & WRITER) !== 0;
}

/** How many look at it; for checkers. */
export function reflock_readers(k: Context, p: number): number {
  return k.peek(p + P.p_reflock) & READERS;
}
