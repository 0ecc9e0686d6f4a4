/**
 * Owns walking the vnodes of a mount (NetBSD kern/vfs_mount.c: vfs_vnode_iterator_*) and getting rid of them
 * all (vflush). Runs in the thread that unmounts, which has the mount suspended. The list is guarded by
 * mnt_vnodelock (spin); a marker, a vnode of state MARKER, keeps the place while the lock is not held. Lock
 * order: mnt_vnodelock before interlocks.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import {
  EBUSY,
  isListed,
  kfree,
  kmalloc,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_VNODE } from '../malloc-types.ts';
import { V, Vnode, VS_MARKER, VV_SYSTEM } from '../vnode/vnode-layout.ts';
import { vcache_vget, vgone, vrecycle, vrele } from '../vnode/vref.ts';
import { M } from './mount-layout.ts';

/** Takes vnodes away from who uses them ... */
export const FORCECLOSE = 1;
/** ... and leaves those of the system. */
export const SKIPSYSTEM = 2;

/** A marker at the beginning of the list. */
export function* vfs_vnode_iterator_init(k: Context, mp: number): Steps<number> {
  const marker = yield* kmalloc(k, M_VNODE, Vnode.size);
  k.words[marker + V.v_state] = VS_MARKER;
  k.words[marker + V.v_mount] = mp;
  yield* spin_lock(k, mp + M.mnt_vnodelock);
  listInsertHead(k, mp + M.mnt_vnodelist, marker, V.v_mntvnodes);
  yield* spin_unlock(k, mp + M.mnt_vnodelock);
  return marker;
}

/**
 * The next vnode that is not on its way out, referenced; 0 at the end. `selects` is asked under v_interlock
 * whether it is wanted.
 */
export function* vfs_vnode_iterator_next(
  k: Context,
  marker: number,
  selects: (vp: number) => boolean = () => true,
): Steps<number> {
  const mp = k.words[marker + V.v_mount];
  for (;;) {
    yield* spin_lock(k, mp + M.mnt_vnodelock);
    let vp = listNext(k, marker, V.v_mntvnodes);
    while (vp !== 0 && k.peek(vp + V.v_state) === VS_MARKER) vp = listNext(k, vp, V.v_mntvnodes);
    listRemove(k, marker, V.v_mntvnodes);
    if (vp === 0) {
      yield* spin_unlock(k, mp + M.mnt_vnodelock);
      return 0;
    }
    listInsertAfter(k, vp, marker, V.v_mntvnodes);
    // A vnode leaves the list before it is freed, and with its interlock held.
    yield* spin_lock(k, vp + V.v_interlock);
    yield* spin_unlock(k, mp + M.mnt_vnodelock);
    if (!selects(vp)) yield* spin_unlock(k, vp + V.v_interlock);
    else if ((yield* vcache_vget(k, vp)) === 0) return vp;
  }
}

/** Away with the marker, wherever it is. */
export function* vfs_vnode_iterator_destroy(k: Context, marker: number): Steps {
  const mp = k.words[marker + V.v_mount];
  yield* spin_lock(k, mp + M.mnt_vnodelock);
  if (isListed(k, marker, V.v_mntvnodes)) listRemove(k, marker, V.v_mntvnodes);
  yield* spin_unlock(k, mp + M.mnt_vnodelock);
  yield* kfree(k, M_VNODE, marker);
}

/**
 * Reclaims all vnodes of a mount but one (`skipvp`, 0 for none): 0, or EBUSY if some are used and FORCECLOSE
 * is not given. The caller has the mount suspended.
 */
export function* vflush(k: Context, mp: number, skipvp: number, flags: number): Steps<number> {
  const marker = yield* vfs_vnode_iterator_init(k, mp);
  let error = 0;
  for (;;) {
    const vp = yield* vfs_vnode_iterator_next(k, marker);
    if (vp === 0) break;
    if (!(yield* flushOne(k, vp, skipvp, flags))) error = EBUSY;
  }
  yield* vfs_vnode_iterator_destroy(k, marker);
  return error;
}

/** Whether it is gone, or to be left alone. Takes over the reference. */
function* flushOne(k: Context, vp: number, skipvp: number, flags: number): Steps<boolean> {
  const isSystem = (flags & SKIPSYSTEM) !== 0 && (k.peek(vp + V.v_vflag) & VV_SYSTEM) !== 0;
  if (vp === skipvp || isSystem) {
    yield* vrele(k, vp);
    return true;
  }
  if (yield* vrecycle(k, vp)) return true;
  if ((flags & FORCECLOSE) !== 0) {
    yield* vgone(k, vp);
    return true;
  }
  yield* vrele(k, vp);
  return false;
}
