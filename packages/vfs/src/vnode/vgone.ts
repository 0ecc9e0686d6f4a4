/**
 * Owns recycling a vnode that nobody else uses, and revoking one that others may (NetBSD kern/vfs_vnode.c,
 * vrecycle and vgone). Run by a thread with a reference, which is consumed where it says so.
 */
import { type Context, LK_EXCLUSIVE, LK_NOWAIT, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { fstrans_is_owner } from '../mount/fstrans.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { vcache_reclaim } from './reclaim.ts';
import { V, VS_BLOCKED, VS_LOADED, VS_RECLAIMED } from './vnode-layout.ts';
import { LK_RETRY, vn_lock, vn_unlock } from './vnode-lock.ts';
import { vrefcnt } from './vcount.ts';
import { vrele } from './vrele.ts';
import { vstate_assert, vstate_change, vstate_get, vstate_wait_stable } from './vstate.ts';

/**
 * Takes it from its file system if nobody else has a reference: true, and the reference is gone. False leaves
 * the caller the reference. Needs no suspension.
 */
export function* vrecycle(k: Context, vp: number): Steps<boolean> {
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_wait_stable(k, vp);
  if (vstate_get(k, vp) !== VS_LOADED) {
    vstate_assert(k, vp, VS_RECLAIMED);
    yield* spin_unlock(k, vp + V.v_interlock);
    yield* vrele(k, vp);
    return true;
  }
  // Nobody gets a reference until it is locked.
  yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
  if ((yield* vrefcnt(k, vp)) === 1) {
    yield* spin_unlock(k, vp + V.v_interlock);
    // Who is about to give its reference back has the lock, and waits for us under it.
    const error = yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_RETRY | LK_NOWAIT);
    yield* spin_lock(k, vp + V.v_interlock);
    if (error === 0) {
      yield* vcache_reclaim(k, vp);
      yield* vrele(k, vp);
      return true;
    }
  }
  yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
  yield* spin_unlock(k, vp + V.v_interlock);
  return false;
}

/**
 * Takes it from its file system whoever uses it: they have a dead vnode from now on. The caller has the mount
 * suspended, or the mount is dead. Consumes the reference.
 */
export function* vgone(k: Context, vp: number): Steps {
  const mp = k.peek(vp + V.v_mount);
  if (mp !== k.words[vfs(k).g + VG.vg_deadmount] && !fstrans_is_owner(k, mp))
    k.panic(`vgone: ${k.nameOf(k.td)} has not suspended mount ${mp} of vnode ${vp}`);
  yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_RETRY);
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_wait_stable(k, vp);
  if (vstate_get(k, vp) === VS_LOADED) {
    yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
    yield* vcache_reclaim(k, vp);
  } else {
    yield* spin_unlock(k, vp + V.v_interlock);
    yield* vn_unlock(k, vp);
  }
  yield* vrele(k, vp);
}
