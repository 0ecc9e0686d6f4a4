/**
 * Owns making mounts (NetBSD kern/vfs_mount.c: vfs_mountalloc, mount_domount; kern/vfs_syscalls.c:
 * mount_update, mount_getargs). Runs in any thread that may sleep. mnt_updating (lockmgr) is held around
 * VFS_MOUNT, so that mounting, updating and unmounting one mount exclude each other; it comes before
 * vg_suspend_lock.
 */
import { writeCstring } from '@smplab/kmem';
import {
  type Context,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockinit,
  lockmgr,
  spin_init,
  type Steps,
} from '@smplab/lwkt';
import { EBUSY, EINVAL, ENOENT, ENOTDIR, kmalloc } from '@smplab/proc';
import { M_MOUNT } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V, VDIR } from '../vnode/vnode-layout.ts';
import { vref, vrele } from '../vnode/vref.ts';
import { vfs_resume, vfs_suspend, SUSPEND_NOINTR } from './fstrans.ts';
import {
  IMNT_GONE,
  M,
  MNT_FORCE,
  MNT_GETARGS,
  MNT_RDONLY,
  MNT_ROOTFS,
  MNT_SYNCHRONOUS,
  MNT_UPDATE,
  Mount,
  MOUNT_PATH_BYTES,
  VFS,
  VFS_NAME_BYTES,
} from './mount-layout.ts';
import { mountlist_append } from './mount-list.ts';
import { vfs_ref, vfs_rele } from './mount-refs.ts';
import { vfs_addref, VFS_MOUNT, VFS_START, VFS_UNMOUNT } from './vfsops.ts';

const PATH_WORDS = MOUNT_PATH_BYTES / 4;
const NAME_WORDS = VFS_NAME_BYTES / 4;
/** What only tells VFS_MOUNT what to do, and is no property of the mount. */
const MNT_COMMANDS = MNT_UPDATE | MNT_FORCE | MNT_GETARGS;
/** What an update may change. */
const MNT_UPDATABLE = MNT_RDONLY | MNT_SYNCHRONOUS;

/** A mount with one reference that nobody else can see. */
export function* vfs_mountalloc(k: Context, ops: number, covered: number): Steps<number> {
  const mp = yield* kmalloc(k, M_MOUNT, Mount.size);
  k.words[mp + M.mnt_refcnt] = 1;
  k.words[mp + M.mnt_op] = ops;
  k.words[mp + M.mnt_vnodecovered] = covered;
  spin_init(k, mp + M.mnt_vnodelock, 'mntvnode');
  lockinit(k, mp + M.mnt_updating, 'mntupd');
  yield* vfs_addref(k, ops);
  return mp;
}

/** Gives the mount a file system id (f_fsid) that no other has had. */
function* vfs_getnewfsid(k: Context, mp: number): Steps {
  k.words[mp + M.mnt_fsid] = (yield* k.fetchadd(vfs(k).g + VG.vg_fsid, 1)) + 1;
}

/**
 * Mounts a file system: 0 or an errno. `covered` is a directory the caller has (0 for the root file system),
 * `path` is 64 bytes where it is to be found, `data` are `length` words for the file system, `from` 64 bytes
 * what is mounted (0: the name of the file system).
 */
export function* mount_domount(
  k: Context,
  covered: number,
  ops: number,
  flags: number,
  path: number,
  data: number,
  length: number,
  from = 0,
): Steps<number> {
  if ((flags & MNT_COMMANDS) !== 0) return EINVAL;
  if (covered !== 0) {
    if (k.peek(covered + V.v_type) !== VDIR) return ENOTDIR;
    // A look ahead; mountlist_append decides.
    if (k.peek(covered + V.v_mountedhere) !== 0) return EBUSY;
    yield* vref(k, covered);
  }
  const mp = yield* vfs_mountalloc(k, ops, covered);
  k.words[mp + M.mnt_flag] = flags;
  if (path !== 0) k.copy(mp + M.mnt_onname, path, PATH_WORDS);
  else if ((flags & MNT_ROOTFS) !== 0)
    writeCstring(k.kernel.memory, mp + M.mnt_onname, MOUNT_PATH_BYTES, '/');
  if (from !== 0) k.copy(mp + M.mnt_fromname, from, PATH_WORDS);
  else k.copy(mp + M.mnt_fromname, ops + VFS.vfs_name, NAME_WORDS);
  yield* vfs_getnewfsid(k, mp);
  let error = yield* VFS_MOUNT(k, mp, path, data, length);
  if (error === 0) error = yield* publish(k, mp, covered, flags);
  if (error !== 0 && covered !== 0) yield* vrele(k, covered);
  if (error !== 0) yield* vfs_rele(k, mp);
  return error;
}

/** From here on it can be found; undoes VFS_MOUNT if somebody else has mounted here meanwhile. */
function* publish(k: Context, mp: number, covered: number, flags: number): Steps<number> {
  const { g } = vfs(k);
  // Nobody may unmount it before it has started.
  yield* vfs_ref(k, mp);
  yield* lockmgr(k, mp + M.mnt_updating, LK_EXCLUSIVE);
  const error = yield* mountlist_append(k, mp, covered);
  if (error === 0) {
    if ((flags & MNT_ROOTFS) !== 0) yield* k.storeRelaxed(g + VG.vg_rootmount, mp);
    yield* VFS_START(k, mp, 0);
  } else yield* undo(k, mp);
  yield* lockmgr(k, mp + M.mnt_updating, LK_RELEASE);
  yield* vfs_rele(k, mp);
  return error;
}

function* undo(k: Context, mp: number): Steps {
  const suspended = yield* vfs_suspend(k, mp, SUSPEND_NOINTR);
  k.assert(suspended === 0, `mount_domount: nobody has seen mount ${mp}, its suspension fails: ${suspended}`);
  const error = yield* VFS_UNMOUNT(k, mp, MNT_FORCE);
  k.assert(error === 0, `mount_domount: mount ${mp} cannot be undone: ${error}`);
  yield* k.storeRelaxed(mp + M.mnt_iflag, k.peek(mp + M.mnt_iflag) | IMNT_GONE);
  yield* vfs_resume(k, mp);
}

/**
 * Changes flags of a mount, or what its file system makes of `data` (MNT_UPDATE). The caller has a reference.
 */
export function mount_update(
  k: Context,
  mp: number,
  flags: number,
  data: number,
  length: number,
): Steps<number> {
  return ask(k, mp, MNT_UPDATE | (flags & MNT_FORCE), flags & MNT_UPDATABLE, data, length);
}

/** Has the file system fill in the arguments it was mounted with (MNT_GETARGS). The caller has the mount. */
export function mount_getargs(k: Context, mp: number, data: number, length: number): Steps<number> {
  return ask(k, mp, MNT_GETARGS, k.peek(mp + M.mnt_flag) & MNT_UPDATABLE, data, length);
}

function* ask(
  k: Context,
  mp: number,
  command: number,
  updated: number,
  data: number,
  length: number,
): Steps<number> {
  // Not busy: who unmounts holds the lock and waits for those inside. With the lock it stays mounted.
  yield* lockmgr(k, mp + M.mnt_updating, LK_EXCLUSIVE);
  let error = ENOENT as number;
  const before = k.peek(mp + M.mnt_flag);
  if ((k.peek(mp + M.mnt_iflag) & IMNT_GONE) === 0) {
    const after = (before & ~MNT_UPDATABLE) | updated;
    yield* k.storeRelaxed(mp + M.mnt_flag, after | command);
    error = yield* VFS_MOUNT(k, mp, mp + M.mnt_onname, data, length);
    yield* k.storeRelaxed(mp + M.mnt_flag, error === 0 ? after : before);
  }
  yield* lockmgr(k, mp + M.mnt_updating, LK_RELEASE);
  return error;
}
