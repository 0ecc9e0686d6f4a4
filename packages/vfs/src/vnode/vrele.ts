/**
 * Owns giving back the references of vnodes (NetBSD kern/vfs_vnode.c, vrele, vrelel). Run by any thread that
 * may sleep. The last one is given back with the vnode locked, after the file system said whether it is of
 * further use. Who has the lock has a reference: so a thread that does not get the lock at once was not the
 * last, or can try again.
 */
import {
  type Context,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  lockmgr,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import { lru_requeue } from './lru.ts';
import { vcache_reclaim } from './reclaim.ts';
import { vrefcnt } from './vcount.ts';
import { vnode_enter, vnode_leave } from './vnode-enter.ts';
import { V, VS_BLOCKED, VS_LOADED, VS_RECLAIMED, VUSECOUNT_MASK, VUSECOUNT_VGET } from './vnode-layout.ts';
import { vcache_free } from './vnode-life.ts';
import { vn_unlock } from './vnode-lock.ts';
import { VOP_INACTIVE } from './vnode-ops.ts';
import { vstate_change, vstate_get, vstate_wait_stable } from './vstate.ts';

/** Gives the lock and a reference back. */
export function* vput(k: Context, vp: number): Steps {
  yield* vn_unlock(k, vp);
  yield* vrele(k, vp);
}

/** Gives a reference back. With the last one the file system says whether the vnode is of further use. */
export function* vrele(k: Context, vp: number): Steps {
  while (!(yield* vtryrele(k, vp))) {
    const mp = yield* vnode_enter(k, vp);
    let isDone = false;
    if ((yield* lockmgr(k, vp + V.v_lock, LK_EXCLUSIVE | LK_NOWAIT)) === 0) {
      isDone = yield* releaseLast(k, vp);
    } else {
      yield* vnode_leave(k, mp);
    }
    if (isDone) return;
  }
}

/** Gives a reference back that is not the last; false if it is. */
function* vtryrele(k: Context, vp: number): Steps<boolean> {
  for (;;) {
    const use = yield* k.load(vp + V.v_usecount);
    const count = use & VUSECOUNT_MASK;
    if (count === 0) k.panic(`vrele: vnode ${vp} has no references`);
    if (count === 1) return false;
    if (yield* k.cmpset(vp + V.v_usecount, use, use - 1)) return true;
  }
}

/** With the lock, which is given back: whether the reference is gone; if not, one has to look again. */
function* releaseLast(k: Context, vp: number): Steps<boolean> {
  yield* spin_lock(k, vp + V.v_interlock);
  // Somebody may be about to recycle it; our lock sends them away.
  yield* vstate_wait_stable(k, vp);
  if (vstate_get(k, vp) === VS_RECLAIMED) return yield* unlockAndDrop(k, vp);
  const isAlone = yield* startOver(k, vp);
  yield* spin_unlock(k, vp + V.v_interlock);
  if (!isAlone) {
    yield* vn_unlock(k, vp);
    return false;
  }
  const isUseless = yield* VOP_INACTIVE(k, vp);
  yield* spin_lock(k, vp + V.v_interlock);
  if (!isUseless) return yield* unlockAndDrop(k, vp);
  yield* vstate_wait_stable(k, vp);
  yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
  if ((yield* vrefcnt(k, vp)) !== 1) {
    yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
    yield* spin_unlock(k, vp + V.v_interlock);
    yield* vn_unlock(k, vp);
    return false;
  }
  yield* vcache_reclaim(k, vp);
  yield* spin_lock(k, vp + V.v_interlock);
  return yield* dropLast(k, vp);
}

/**
 * From now on VGET says that somebody used it after VOP_INACTIVE was asked; false if somebody does just now.
 */
function* startOver(k: Context, vp: number): Steps<boolean> {
  for (;;) {
    const use = yield* k.load(vp + V.v_usecount);
    if ((use & VUSECOUNT_MASK) !== 1) return false;
    if (yield* k.cmpset(vp + V.v_usecount, use, use & ~VUSECOUNT_VGET)) return true;
  }
}

/** The lock cannot be given back under v_interlock, as that leaves a transaction. */
function* unlockAndDrop(k: Context, vp: number): Steps<boolean> {
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* vn_unlock(k, vp);
  yield* spin_lock(k, vp + V.v_interlock);
  return yield* dropLast(k, vp);
}

/** With v_interlock, which is given back: false, and nothing done, if it was used since VOP_INACTIVE. */
function* dropLast(k: Context, vp: number): Steps<boolean> {
  for (;;) {
    const use = yield* k.load(vp + V.v_usecount);
    const isLast = (use & VUSECOUNT_MASK) === 1;
    if (isLast && (use & VUSECOUNT_VGET) !== 0 && vstate_get(k, vp) !== VS_RECLAIMED) {
      yield* spin_unlock(k, vp + V.v_interlock);
      return false;
    }
    if (!(yield* k.cmpset(vp + V.v_usecount, use, use - 1))) continue;
    if (isLast) yield* letGo(k, vp);
    else yield* spin_unlock(k, vp + V.v_interlock);
    return true;
  }
}

/** Nobody uses it: a dead one goes, the others wait for somebody. */
function* letGo(k: Context, vp: number): Steps {
  if (vstate_get(k, vp) === VS_RECLAIMED && k.get(vp + V.v_holdcnt) === 0) {
    yield* vcache_free(k, vp);
    return;
  }
  yield* lru_requeue(k, vp);
  yield* spin_unlock(k, vp + V.v_interlock);
}
