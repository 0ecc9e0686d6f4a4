/**
 * Owns holding a process (seed lines 229-409): p_lock counts who needs it to stay, and interlocks with those
 * who wait for the count to fall. Run by any thread. A process that is found under the token of its bucket
 * and held before the token is left can neither become a zombie nor, as a zombie, leave the table.
 *
 *     p_lock:   31     30          29       28 ................ 0
 *               -    WAITING      ZOMB      holds
 *
 * ZOMB serialises reapers among themselves, and nobody else.
 */
import {
  type Context,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { L } from './lwp.ts';
import { P, P_INEXEC, P_POSTEXIT, PLOCK_MASK, PLOCK_WAITING, PLOCK_ZOMB } from './proc.ts';

/** Keeps the process from going away, for a short time (PHOLD). */
export function phold(k: Context, p: number): Steps {
  return k.upon(k.fetchadd(p + P.p_lock, 1), checkHolds, p);
}

function checkHolds(k: Context, before: number, p: number): null {
  if ((before & PLOCK_MASK) !== PLOCK_MASK || procs(k).asSeed['hold-overflow']) return null;
  return k.panic(
    `phold: process ${p} is held ${before & PLOCK_MASK} times: one more would read as PLOCK_ZOMB`,
  );
}

/** Lets it go; it may be gone at once (PRELE). */
export function prele(k: Context, p: number): Steps {
  return k.upon(k.cmpset(p + P.p_lock, 1, 0), preleShared, p);
}

/** Others hold it as well, or wait. */
function preleShared(k: Context, isDone: boolean, p: number): Steps | null {
  return isDone ? null : preleSlow(k, p);
}

function* preleSlow(k: Context, p: number): Steps {
  for (;;) {
    const before = yield* k.load(p + P.p_lock);
    if ((before & PLOCK_MASK) === 0) k.panic(`prele: process ${p} is not held`);
    if (!(yield* k.cmpset(p + P.p_lock, before, (before - 1) & ~PLOCK_WAITING))) continue;
    // An address and nothing more: the process may be freed by now.
    if ((before & PLOCK_WAITING) !== 0) yield* wakeup(k, p + P.p_lock);
    return;
  }
}

/**
 * PSTALL: as pstall, but free when nobody holds the process. (The original tests the whole word, and with
 * PLOCK_ZOMB looks again in pstall.)
 */
export function PSTALL(k: Context, p: number, wmesg: string, count: number): Steps {
  const stallIfHeld = (_k: Context, lock: number): Steps | null =>
    (lock & PLOCK_MASK) > count ? pstall(k, p, wmesg, count) : null;
  return k.upon(k.load(p + P.p_lock), stallIfHeld, p);
}

/**
 * Waits until at most `count` holds are left. All tokens are lost meanwhile; on return they are held, and
 * nobody who needs one of them to take a hold has taken one.
 */
export function* pstall(k: Context, p: number, wmesg: string, count: number): Steps {
  for (;;) {
    const before = yield* k.load(p + P.p_lock);
    if ((before & PLOCK_MASK) <= count) return;
    yield* tsleep_interlock(k, p + P.p_lock);
    yield* kickTracer(k, p);
    if (yield* k.cmpset(p + P.p_lock, before, before | PLOCK_WAITING)) {
      yield* tsleep(k, p + P.p_lock, PINTERLOCKED, wmesg, 0);
    }
  }
}

/** Who single-steps the process through procfs sleeps with it held: it is told, or both would wait. */
function* kickTracer(k: Context, p: number): Steps {
  if ((yield* k.loadRelaxed(p + P.p_stops)) === 0) return;
  const flags = yield* k.load(p + P.p_flags);
  if ((flags & P_INEXEC) !== 0) {
    yield* wakeup(k, p + P.p_stype);
  } else if ((flags & P_POSTEXIT) !== 0) {
    yield* spin_lock(k, p + P.p_spin);
    yield* k.storeRelaxed(p + P.p_stops, 0);
    yield* k.storeRelaxed(p + P.p_step, 0);
    yield* spin_unlock(k, p + P.p_spin);
    yield* wakeup(k, p + P.p_stype);
  }
}

/**
 * Holds the process and takes PLOCK_ZOMB: 0. If another reaper has it, waits without a hold and gives 1: the
 * process may be gone, the caller looks again. Something else (the p_token of the parent) keeps it until
 * then.
 */
export function* pholdzomb(k: Context, p: number): Steps<number> {
  if (yield* k.cmpset(p + P.p_lock, 0, PLOCK_ZOMB | 1)) return 0;
  for (;;) {
    const before = yield* k.load(p + P.p_lock);
    if ((before & PLOCK_ZOMB) === 0) {
      if (yield* k.cmpset(p + P.p_lock, before, (before + 1) | PLOCK_ZOMB)) return 0;
      continue;
    }
    k.assert((before & PLOCK_MASK) > 0, `pholdzomb: process ${p} has PLOCK_ZOMB and no hold`);
    yield* tsleep_interlock(k, p + P.p_lock);
    if (yield* k.cmpset(p + P.p_lock, before, before | PLOCK_WAITING)) {
      yield* tsleep(k, p + P.p_lock, PINTERLOCKED, 'phldz', 0);
      return 1;
    }
  }
}

/** Gives back what pholdzomb took; the process may be gone at once. */
export function prelezomb(k: Context, p: number): Steps {
  return k.upon(k.cmpset(p + P.p_lock, PLOCK_ZOMB | 1, 0), prelezombShared, p);
}

function prelezombShared(k: Context, isDone: boolean, p: number): Steps | null {
  return isDone ? null : prelezombSlow(k, p);
}

function* prelezombSlow(k: Context, p: number): Steps {
  k.assert((k.peek(p + P.p_lock) & PLOCK_ZOMB) !== 0, `prelezomb: process ${p} has no PLOCK_ZOMB`);
  for (;;) {
    const before = yield* k.load(p + P.p_lock);
    k.assert((before & PLOCK_MASK) > 0, `prelezomb: process ${p} is not held`);
    const after = (before - 1) & ~(PLOCK_ZOMB | PLOCK_WAITING);
    if (!(yield* k.cmpset(p + P.p_lock, before, after))) continue;
    if ((before & PLOCK_WAITING) !== 0) yield* wakeup(k, p + P.p_lock);
    return;
  }
}

/** Keeps an lwp on the list of its process (LWPHOLD): taken under p_token. */
export function lwphold(k: Context, lp: number): Steps {
  return k.fetchadd(lp + L.lwp_lock, 1) as unknown as Steps;
}

/** LWPRELE. */
export function lwprele(k: Context, lp: number): Steps {
  return k.upon(k.fetchadd(lp + L.lwp_lock, -1), checkLwpHeld, lp);
}

function checkLwpHeld(k: Context, before: number, lp: number): null {
  return before > 0 ? null : k.panic(`lwprele: lwp ${lp} is not held`);
}
