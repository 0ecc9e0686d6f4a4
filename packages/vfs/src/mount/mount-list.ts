/**
 * Owns the list of mounts, in the order in which they were mounted, and what lies on top of a vnode (NetBSD
 * kern/vfs_mount.c: mountlist_*). Runs in any thread. List and v_mountedhere are written under
 * vg_mountlist_lock (spin); whoever reads a mount there takes a reference before it lets the lock go. The
 * list itself holds one. A mount that is busy stays on the list: `mountlist_next` counts on it.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import {
  EBUSY,
  ENOENT,
  listFirst,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V } from '../vnode/vnode-layout.ts';
import { IMNT_UNMOUNT, M } from './mount-layout.ts';
import { vfs_busy, vfs_ref, vfs_rele, vfs_unbusy } from './mount-refs.ts';

/**
 * Puts a mount on the list and on the vnode it covers (0: none): 0; EBUSY if another was faster, or if that
 * vnode is about to go with its file system; ENOENT if it is gone.
 */
export function* mountlist_append(k: Context, mp: number, covered: number): Steps<number> {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_mountlist_lock);
  const error = covered === 0 ? 0 : refusalOf(k, covered);
  if (error === 0) {
    append(k, mp);
    if (covered !== 0) yield* k.storeRelaxed(covered + V.v_mountedhere, mp);
  }
  yield* spin_unlock(k, g + VG.vg_mountlist_lock);
  return error;
}

/**
 * Why nothing can be mounted on a vnode now, 0 if it can. With vg_mountlist_lock its mount is not freed: it
 * leaves the list after its vnodes have left it.
 */
function refusalOf(k: Context, covered: number): number {
  if (k.peek(covered + V.v_mountedhere) !== 0) return EBUSY;
  const below = k.peek(covered + V.v_mount);
  if (below === k.words[vfs(k).g + VG.vg_deadmount]) return ENOENT;
  return (k.peek(below + M.mnt_iflag) & IMNT_UNMOUNT) !== 0 ? EBUSY : 0;
}

/**
 * Whether another mount lies on a vnode of this one. IMNT_UNMOUNT is set, so that none can come after the
 * look. FORCECLOSE would take the vnode away, and no path would lead to what lies on it any more.
 */
export function* mountlist_covers(k: Context, mp: number): Steps<boolean> {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_mountlist_lock);
  let upper = listFirst(k, g + VG.vg_mountlist);
  while (upper !== 0 && !liesOn(k, upper, mp)) upper = listNext(k, upper, M.mnt_list);
  yield* spin_unlock(k, g + VG.vg_mountlist_lock);
  return upper !== 0;
}

/** The covered vnode is referenced for as long as `upper` is on the list. */
function liesOn(k: Context, upper: number, mp: number): boolean {
  const covered = k.peek(upper + M.mnt_vnodecovered);
  return covered !== 0 && k.peek(covered + V.v_mount) === mp;
}

/** Takes a mount from the list and from the vnode it covers: nobody finds it any more. */
export function* mountlist_remove(k: Context, mp: number, covered: number): Steps {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_mountlist_lock);
  listRemove(k, mp, M.mnt_list);
  if (covered !== 0) yield* k.storeRelaxed(covered + V.v_mountedhere, 0);
  yield* spin_unlock(k, g + VG.vg_mountlist_lock);
}

/**
 * The next mount after one that this gave (0: the first), which is given back; busy until it is given back in
 * turn. Mounts that are being unmounted are left out. 0 at the end.
 */
export function* mountlist_next(k: Context, previous: number): Steps<number> {
  for (;;) {
    const mp = yield* followerOf(k, previous);
    const error = mp === 0 ? 0 : yield* vfs_busy(k, mp);
    if (mp !== 0) yield* vfs_rele(k, mp);
    if (error !== 0) continue;
    if (previous !== 0) yield* vfs_unbusy(k, previous);
    return mp;
  }
}

/**
 * The mount on top of a vnode, busy; 0 if there is none; -ENOENT while it is unmounted. The caller has the
 * vnode.
 */
export function* vfs_busy_mountedhere(k: Context, vp: number): Steps<number> {
  const { g } = vfs(k);
  // Most vnodes are not covered, and then a later moment would be as good.
  if (k.peek(vp + V.v_mountedhere) === 0) return 0;
  yield* spin_lock(k, g + VG.vg_mountlist_lock);
  const mp = k.peek(vp + V.v_mountedhere);
  if (mp !== 0) yield* vfs_ref(k, mp);
  yield* spin_unlock(k, g + VG.vg_mountlist_lock);
  if (mp === 0) return 0;
  const error = yield* vfs_busy(k, mp);
  yield* vfs_rele(k, mp);
  return error === 0 ? mp : -error;
}

function append(k: Context, mp: number): void {
  const head = vfs(k).g + VG.vg_mountlist;
  let last = listFirst(k, head);
  if (last === 0) {
    listInsertHead(k, head, mp, M.mnt_list);
    return;
  }
  for (let next = last; next !== 0; next = listNext(k, next, M.mnt_list)) last = next;
  listInsertAfter(k, last, mp, M.mnt_list);
}

/** The first mount behind another (0: of all) that is not about to go, with a reference; 0: none. */
function* followerOf(k: Context, previous: number): Steps<number> {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_mountlist_lock);
  let mp = previous === 0 ? listFirst(k, g + VG.vg_mountlist) : listNext(k, previous, M.mnt_list);
  while (mp !== 0 && (k.peek(mp + M.mnt_iflag) & IMNT_UNMOUNT) !== 0) mp = listNext(k, mp, M.mnt_list);
  if (mp !== 0) yield* vfs_ref(k, mp);
  yield* spin_unlock(k, g + VG.vg_mountlist_lock);
  return mp;
}
