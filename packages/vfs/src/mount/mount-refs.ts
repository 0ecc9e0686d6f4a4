/**
 * Owns keeping a mount (NetBSD kern/vfs_mount.c): a reference keeps its memory, being busy keeps it mounted.
 * Runs in any thread. mnt_refcnt is atomic; the mount list, the vnodes and whoever suspends hold references.
 */
import { type Context, PINTERLOCKED, type Steps, tsleep, tsleep_interlock } from '@smplab/lwkt';
import { ENOENT, kfree } from '@smplab/proc';
import { M_MOUNT } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { fstrans_done, fstrans_start_busy } from './fstrans.ts';
import { IMNT_GONE, IMNT_UNMOUNT, M } from './mount-layout.ts';
import { vfs_delref } from './vfsops.ts';

/** One more reference, for who has one or holds the lock of something that does. */
export function* vfs_ref(k: Context, mp: number): Steps {
  const before = yield* k.fetchadd(mp + M.mnt_refcnt, 1);
  k.assert(before > 0, `vfs_ref: mnt_refcnt of ${mp} was ${before}`);
}

/** Gives a reference back; the last one frees the mount. */
export function* vfs_rele(k: Context, mp: number): Steps {
  const before = yield* k.fetchadd(mp + M.mnt_refcnt, -1);
  k.assert(before > 0, `vfs_rele: mnt_refcnt of ${mp} was ${before}`);
  if (before > 1) return;
  k.assert(k.words[mp + M.mnt_vnodelist] === 0, `vfs_rele: mount ${mp} has vnodes and no reference`);
  yield* vfs_delref(k, k.peek(mp + M.mnt_op));
  yield* kfree(k, M_MOUNT, mp);
}

/**
 * Keeps the file system mounted: 0, or ENOENT when it is unmounted or about to be. Sleeps while the mount is
 * suspended for anything but an unmount: who unmounts waits for those inside, and one of them may be waited
 * for by the caller (FreeBSD rS186197). The caller has a reference, or holds what keeps one.
 */
export function* vfs_busy(k: Context, mp: number): Steps<number> {
  if (vfs(k).asSeed['vfs-busy-sleeps']) yield* waitForUnmount(k, mp);
  const error = yield* fstrans_start_busy(k, mp);
  if (error !== 0) return error;
  // Nobody can set it now: that takes a suspension.
  if ((k.peek(mp + M.mnt_iflag) & IMNT_GONE) !== 0) {
    yield* fstrans_done(k, mp);
    return ENOENT;
  }
  yield* vfs_ref(k, mp);
  return 0;
}

/** Gives back what `vfs_busy` took; the mount may be gone. */
export function* vfs_unbusy(k: Context, mp: number): Steps {
  yield* fstrans_done(k, mp);
  yield* vfs_rele(k, mp);
}

/** The path before rS186197: until the unmount has succeeded or failed (dounmount wakes us). */
function* waitForUnmount(k: Context, mp: number): Steps {
  const iflag = mp + M.mnt_iflag;
  while (((yield* k.loadRelaxed(iflag)) & (IMNT_UNMOUNT | IMNT_GONE)) === IMNT_UNMOUNT) {
    yield* tsleep_interlock(k, iflag);
    const isUnmounting = ((yield* k.loadRelaxed(iflag)) & (IMNT_UNMOUNT | IMNT_GONE)) === IMNT_UNMOUNT;
    if (isUnmounting) yield* tsleep(k, iflag, PINTERLOCKED, 'vfsbsy', 0);
  }
}
