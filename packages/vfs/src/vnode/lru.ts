/**
 * Owns the list of vnodes that were let go by their last user, last used last (NetBSD kern/vfs_vnode.c,
 * lru_*). Run by any thread; vg_vdrain_lock guards all of it, a spinlock taken with v_interlock held or
 * alone. A vnode that is used again stays on the list, and who takes it from there looks at its count.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { listInsertHead, listRemove } from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V } from './vnode-layout.ts';

/** Puts it at the end of the list; the caller holds v_interlock. */
export function* lru_requeue(k: Context, vp: number): Steps {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_vdrain_lock);
  lruToEnd(k, vp);
  yield* spin_unlock(k, g + VG.vg_vdrain_lock);
}

/** Takes it off, wherever it is; the caller holds v_interlock. */
export function* lru_remove(k: Context, vp: number): Steps {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_vdrain_lock);
  if (k.get(vp + V.v_islru) !== 0) takeOff(k, vp);
  yield* spin_unlock(k, g + VG.vg_vdrain_lock);
}

/** As `lru_requeue`, for who holds vg_vdrain_lock. */
export function lruToEnd(k: Context, vp: number): void {
  const { g } = vfs(k);
  if (k.get(vp + V.v_islru) !== 0) takeOff(k, vp);
  // The link that ends the list serves as the head of what is behind it.
  listInsertHead(k, k.get(g + VG.vg_lrulast), vp, V.v_lrulist);
  k.set(g + VG.vg_lrulast, vp + V.v_lrulist);
  k.set(vp + V.v_islru, 1);
}

function takeOff(k: Context, vp: number): void {
  const { g } = vfs(k);
  if (k.get(g + VG.vg_lrulast) === vp + V.v_lrulist) k.set(g + VG.vg_lrulast, k.get(vp + V.v_lrulist + 1));
  listRemove(k, vp, V.v_lrulist);
  k.set(vp + V.v_islru, 0);
}
