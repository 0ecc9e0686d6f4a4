/**
 * Owns unmounting (NetBSD kern/vfs_mount.c: dounmount). Runs in any thread that may sleep. Guards:
 * mnt_updating (lockmgr) around all of it, so that of two the second finds the mount gone; and the
 * suspension, in which no other thread is in an operation of the mount.
 *
 *     mnt_updating -> IMNT_UNMOUNT -> vfs_suspend -> VFS_UNMOUNT -> IMNT_GONE -> uncovered -> vfs_resume
 *                                                     +--errno: IMNT_UNMOUNT is taken back, vfs_resume
 */
import {
  type Context,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  spin_lock,
  spin_unlock,
  type Steps,
  wakeup,
} from '@smplab/lwkt';
import { EBUSY, ENOENT, EOPNOTSUPP, listFirst } from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { vrele } from '../vnode/vref.ts';
import { vfs_resume, vfs_suspend } from './fstrans.ts';
import { IMNT_GONE, IMNT_UNMOUNT, M, MNT_FORCE, MNT_RDONLY } from './mount-layout.ts';
import { mountlist_covers, mountlist_remove } from './mount-list.ts';
import { vfs_rele } from './mount-refs.ts';
import { VFS_SYNC, VFS_UNMOUNT } from './vfsops.ts';

/** VFS_SYNC waits until all is written. */
const MNT_WAIT = 1;

/**
 * Unmounts: 0; EBUSY while another mount lies on it, or while somebody uses one of its vnodes, unless
 * MNT_FORCE takes them away; ENOENT if it is unmounted already; EINTR or ERESTART for a signal. The caller
 * has a reference, and keeps it.
 */
export function* dounmount(k: Context, mp: number, flags: number): Steps<number> {
  if (mp === k.words[vfs(k).g + VG.vg_deadmount]) return EOPNOTSUPP;
  yield* lockmgr(k, mp + M.mnt_updating, LK_EXCLUSIVE);
  const error = (k.peek(mp + M.mnt_iflag) & IMNT_GONE) !== 0 ? ENOENT : yield* unmountAlone(k, mp, flags);
  yield* lockmgr(k, mp + M.mnt_updating, LK_RELEASE);
  if (error !== 0) return error;
  // Nobody else looks at it any more: what it covered and what the list had of it goes last.
  const covered = k.peek(mp + M.mnt_vnodecovered);
  if (covered !== 0) yield* vrele(k, covered);
  yield* vfs_rele(k, mp);
  return 0;
}

/** Suspends it, and takes it down or leaves it as it was. The caller has mnt_updating. */
function* unmountAlone(k: Context, mp: number, flags: number): Steps<number> {
  // Before the suspension: vfs_busy must not sleep behind this one.
  yield* setFlags(k, mp, IMNT_UNMOUNT, 0);
  let error = yield* vfs_suspend(k, mp);
  if (error === 0) {
    error = yield* takeDown(k, mp, flags);
    if (error === 0) yield* withdraw(k, mp);
    else yield* setFlags(k, mp, 0, IMNT_UNMOUNT);
    yield* vfs_resume(k, mp);
  } else yield* setFlags(k, mp, 0, IMNT_UNMOUNT);
  if (vfs(k).asSeed['vfs-busy-sleeps']) yield* wakeup(k, mp + M.mnt_iflag);
  return error;
}

function* takeDown(k: Context, mp: number, flags: number): Steps<number> {
  if (yield* mountlist_covers(k, mp)) return EBUSY;
  let error = 0;
  if ((k.peek(mp + M.mnt_flag) & MNT_RDONLY) === 0) error = yield* VFS_SYNC(k, mp, MNT_WAIT, 0);
  if (error !== 0 && (flags & MNT_FORCE) === 0) return error;
  return yield* VFS_UNMOUNT(k, mp, flags);
}

/** The file system is gone: so are its names. */
function* withdraw(k: Context, mp: number): Steps {
  const { g } = vfs(k);
  yield* setFlags(k, mp, IMNT_GONE, 0);
  yield* mountlist_remove(k, mp, k.peek(mp + M.mnt_vnodecovered));
  if (k.peek(g + VG.vg_rootmount) === mp) yield* k.storeRelaxed(g + VG.vg_rootmount, 0);
  yield* spin_lock(k, mp + M.mnt_vnodelock);
  const vp = listFirst(k, mp + M.mnt_vnodelist);
  yield* spin_unlock(k, mp + M.mnt_vnodelock);
  if (vp !== 0) k.panic(`unmount: dangling vnode ${vp} of mount ${mp}`);
}

function* setFlags(k: Context, mp: number, on: number, off: number): Steps {
  yield* k.storeRelaxed(mp + M.mnt_iflag, (k.peek(mp + M.mnt_iflag) & ~off) | on);
}
