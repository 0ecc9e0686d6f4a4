/**
 * Owns taking a vnode from its file system (NetBSD kern/vfs_vnode.c, vcache_reclaim). Run by a thread with a
 * reference and the lock of the vnode, which is BLOCKED. The order matters: the key stays in the cache, so
 * that nobody loads it again, until the file system has let go; the row of operations changes before the
 * mount, because who calls an operation enters the mount first and then fetches the function.
 */
import {
  type Context,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import { kfree, kmalloc } from '@smplab/proc';
import { M_VNODE } from '../malloc-types.ts';
import { fstrans_done, fstrans_start } from '../mount/fstrans.ts';
import { vfs_ref } from '../mount/mount-refs.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { hashRemove } from './vcache-hash.ts';
import { V, VS_BLOCKED, VS_RECLAIMED, VS_RECLAIMING, VV_ROOT } from './vnode-layout.ts';
import { insmntque } from './vnode-life.ts';
import { vn_unlock } from './vnode-lock.ts';
import { VOP_INACTIVE, VOP_RECLAIM } from './vnode-ops.ts';
import { vstate_change } from './vstate.ts';

/**
 * The caller holds v_interlock and v_lock, and has neither afterwards; the reference is still the caller's.
 */
export function* vcache_reclaim(k: Context, vp: number): Steps {
  const { g } = vfs(k);
  const mp = k.peek(vp + V.v_mount);
  yield* vstate_change(k, vp, VS_BLOCKED, VS_RECLAIMING);
  yield* spin_unlock(k, vp + V.v_interlock);
  const copy = yield* copyKey(k, vp);
  // Having the lock is being inside; this is for after the lock is given back.
  yield* fstrans_start(k, mp);
  yield* VOP_INACTIVE(k, vp);
  yield* VOP_RECLAIM(k, vp);
  if (k.peek(vp + V.v_data) !== 0)
    k.panic(`vcache_reclaim: v_data of vnode ${vp} is ${k.peek(vp + V.v_data)}`);
  yield* vn_unlock(k, vp);
  yield* leaveCache(k, vp, copy);
  yield* spin_lock(k, vp + V.v_interlock);
  yield* k.storeRelaxed(vp + V.v_op, k.words[g + VG.vg_deadops]);
  yield* vstate_change(k, vp, VS_RECLAIMING, VS_RECLAIMED);
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* k.storeRelaxed(vp + V.v_vflag, k.peek(vp + V.v_vflag) & ~VV_ROOT);
  const dead = k.words[g + VG.vg_deadmount];
  yield* vfs_ref(k, dead);
  yield* insmntque(k, vp, dead);
  yield* fstrans_done(k, mp);
}

/** The key lies in the node, which goes: the cache compares with a copy until it forgets the key. */
function* copyKey(k: Context, vp: number): Steps<number> {
  const lock = vfs(k).g + VG.vg_vcache_lock;
  const keywords = k.peek(vp + V.v_keywords);
  const copy = yield* kmalloc(k, M_VNODE, keywords);
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  k.copy(copy, k.get(vp + V.v_cachekey), keywords);
  k.set(vp + V.v_cachekey, copy);
  yield* lockmgr(k, lock, LK_RELEASE);
  return copy;
}

function* leaveCache(k: Context, vp: number, copy: number): Steps {
  const lock = vfs(k).g + VG.vg_vcache_lock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  hashRemove(k, vp);
  k.set(vp + V.v_cachekey, 0);
  k.set(vp + V.v_cachewords, 0);
  yield* lockmgr(k, lock, LK_RELEASE);
  yield* kfree(k, M_VNODE, copy);
}
