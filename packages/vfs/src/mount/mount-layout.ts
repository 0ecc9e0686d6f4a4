/**
 * Owns the layout of `struct mount`, of the row of a file system's operations (struct vfsops) and of a
 * thread's part in a transaction (fstrans) (NetBSD sys/sys/mount.h, kern/vfs_trans.c). Guards: a = atomic,
 * m = mountlist_lock (spin), v = mnt_vnodelock (spin), f = fstrans_lock (spin), u = mnt_updating (lockmgr).
 */
import {
  array,
  atomic,
  bytes,
  guardedBy,
  int32,
  listEntry,
  nested,
  pointer,
  relaxed,
  struct,
} from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';

/** mnt_flag. */
export const MNT_RDONLY = 0x1;
export const MNT_SYNCHRONOUS = 0x2;
export const MNT_NOEXEC = 0x4;
export const MNT_NOSUID = 0x8;
export const MNT_NODEV = 0x10;
export const MNT_LOCAL = 0x1000;
export const MNT_ROOTFS = 0x4000;
export const MNT_UPDATE = 0x10000;
export const MNT_FORCE = 0x80000;
export const MNT_GETARGS = 0x400000;
export const MNT_NOATIME = 0x4000000;

/** mnt_iflag. */
export const IMNT_GONE = 0x1;
export const IMNT_UNMOUNT = 0x2;
export const IMNT_MPSAFE = 0x4;
export const IMNT_SHRLOOKUP = 0x8;

/** vg_suspend_state: state of transactions of the mount that is suspended; of all others it is NORMAL. */
export const FSTRANS_NORMAL = 0;
export const FSTRANS_SUSPENDING = 1;
export const FSTRANS_SUSPENDED = 2;

export const MOUNT_PATH_BYTES = 64;
/** Bytes of the name of a file system, with its NUL. */
export const VFS_NAME_BYTES = 16;

export const Mount = struct('mount', {
  mnt_refcnt: atomic(int32),
  mnt_list: guardedBy('mountlist_lock', listEntry('mount')),
  mnt_op: relaxed(pointer('vfsops')),
  mnt_data: relaxed(int32),
  mnt_flag: relaxed(int32),
  mnt_iflag: relaxed(int32),
  mnt_vnodelock: nested(Spinlock),
  mnt_vnodelist: guardedBy('mnt_vnodelock', int32),
  /** Serialises mount, update and unmount. */
  mnt_updating: nested(Lock),
  mnt_vnodecovered: relaxed(pointer('vnode')),
  /** statvfs: what does not change while it is mounted. */
  mnt_fsid: int32,
  mnt_namemax: int32,
  mnt_owner: int32,
  mnt_onname: bytes(MOUNT_PATH_BYTES),
  mnt_fromname: bytes(MOUNT_PATH_BYTES),
});

/** Word offsets. */
export const M = Mount.offsets;

/**
 * A thread inside transactions of a mount (struct fstrans_lwp_info). The mount is an address to compare with:
 * it may be gone by the time a thread enters (fstrans.ts).
 */
export const Fstrans = struct('fstrans', {
  fst_list: guardedBy('fstrans_lock', listEntry('fstrans')),
  fst_thread: guardedBy('fstrans_lock', pointer('thread')),
  fst_mount: guardedBy('fstrans_lock', pointer('mount')),
  /** How often it has entered. */
  fst_count: guardedBy('fstrans_lock', int32),
});

/** Word offsets. */
export const FST = Fstrans.offsets;

/** Operations of a file system: function numbers (mount/vfsops.ts says which arguments each has). */
export const Vfsops = struct('vfsops', {
  vfs_list: guardedBy('vfs_list_lock', listEntry('vfsops')),
  vfs_refcount: atomic(int32),
  vfs_name: bytes(VFS_NAME_BYTES),
  vfs_mount: int32,
  vfs_start: int32,
  vfs_unmount: int32,
  vfs_root: int32,
  vfs_quotactl: int32,
  vfs_statvfs: int32,
  vfs_sync: int32,
  vfs_vget: int32,
  vfs_loadvnode: int32,
  vfs_newvnode: int32,
  vfs_fhtovp: int32,
  vfs_vptofh: int32,
  vfs_init: int32,
  vfs_reinit: int32,
  vfs_done: int32,
  vfs_snapshot: int32,
  vfs_extattrctl: int32,
  vfs_suspendctl: int32,
  vfs_fsync: int32,
  vfs_spare: array(int32, 2),
});

/** Word offsets. */
export const VFS = Vfsops.offsets;
