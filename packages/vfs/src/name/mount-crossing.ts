/**
 * Owns the way of a path lookup from one file system into another (lookup_crossmount of NetBSD
 * kern/vfs_lookup.c): down into what is mounted on a directory, up from a root to the directory it covers.
 * Runs in the thread that looks, which has a reference to where it comes from. Down, the mount is busy while
 * it is asked for its root; up, a transaction of the mount keeps it mounted, and so what it covers.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { vfs_busy_mountedhere } from '../mount/mount-list.ts';
import { M } from '../mount/mount-layout.ts';
import { vfs_unbusy } from '../mount/mount-refs.ts';
import { VFS_ROOT } from '../mount/vfsops.ts';
import { vnode_enter, vnode_leave } from '../vnode/vnode-enter.ts';
import { V, VDIR, VV_ROOT } from '../vnode/vnode-layout.ts';
import { vref, vrele } from '../vnode/vref.ts';

/**
 * What is seen where a vnode was found: the root of what is mounted there, or the vnode itself. Takes one
 * reference for another; or gives the negative errno, and the reference back: ENOENT during an unmount.
 */
export function* crossDown(k: Context, found: number): Steps<number> {
  let vp = found;
  while (k.peek(vp + V.v_type) === VDIR) {
    const mp = yield* vfs_busy_mountedhere(k, vp);
    if (mp === 0) break;
    const root = mp < 0 ? mp : yield* VFS_ROOT(k, mp);
    if (mp > 0) yield* vfs_unbusy(k, mp);
    yield* vrele(k, vp);
    if (root < 0) return root;
    vp = root;
  }
  return vp;
}

/** Whether a vnode is the root of its file system. */
export function isRootOfMount(k: Context, vp: number): boolean {
  return (k.peek(vp + V.v_vflag) & VV_ROOT) !== 0;
}

/** The directory that the file system of a root vnode covers, referenced; 0 if it covers none any more. */
export function* coveredBy(k: Context, root: number): Steps<number> {
  const mp = yield* vnode_enter(k, root);
  const covered = k.peek(mp + M.mnt_vnodecovered);
  if (covered !== 0) yield* vref(k, covered);
  yield* vnode_leave(k, mp);
  return covered;
}
