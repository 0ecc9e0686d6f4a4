/**
 * Owns the lock of a vnode (NetBSD kern/vfs_vnops.c, vn_lock; VOP_LOCK of vnode_if.c). Run by any thread with
 * a reference. Who has the lock is inside a transaction of the mount from before it waits for the lock until
 * it gives it back: so a suspended file system has no locked vnodes but those of who suspended it.
 */
import {
  type Context,
  LK_DOWNGRADE,
  LK_EXCLUPGRADE,
  LK_NOWAIT,
  LK_RELEASE,
  LK_UPGRADE,
  lockmgr,
  type Steps,
} from '@smplab/lwkt';
import { EBUSY, ENOENT } from '@smplab/proc';
import { vnode_enter, vnode_leave, vnode_tryenter } from './vnode-enter.ts';
import { V, VS_RECLAIMED } from './vnode-layout.ts';
import { vstate_get } from './vstate.ts';

/** Lock it even if it was reclaimed. */
export const LK_RETRY = 0x20000;
const TYPE_MASK = 0xf;

/** Locks, or changes the lock: 0, ENOENT when it was reclaimed meanwhile, EBUSY with LK_NOWAIT. */
export function* vn_lock(k: Context, vp: number, flags: number): Steps<number> {
  const type = flags & TYPE_MASK;
  const isHeld = type === LK_UPGRADE || type === LK_EXCLUPGRADE || type === LK_DOWNGRADE;
  const mp = isHeld ? k.peek(vp + V.v_mount) : yield* enterFor(k, vp, flags);
  if (mp === 0) return EBUSY;
  const error = yield* lockmgr(k, vp + V.v_lock, flags & ~LK_RETRY);
  if (error !== 0) {
    yield* vnode_leave(k, mp);
    return error;
  }
  if ((flags & LK_RETRY) !== 0 || vstate_get(k, vp) !== VS_RECLAIMED) return 0;
  yield* vn_unlock(k, vp);
  return ENOENT;
}

function enterFor(k: Context, vp: number, flags: number): Steps<number> {
  return (flags & LK_NOWAIT) !== 0 ? vnode_tryenter(k, vp) : vnode_enter(k, vp);
}

/** Gives the lock back. */
export function* vn_unlock(k: Context, vp: number): Steps {
  // It stays on this mount as long as it is locked.
  const mp = k.peek(vp + V.v_mount);
  yield* lockmgr(k, vp + V.v_lock, LK_RELEASE);
  yield* vnode_leave(k, mp);
}
