/**
 * Owns the file system of dead vnodes (NetBSD miscfs/deadfs, kern/vfs_mount.c, vfs_mountalloc of
 * dead_rootmount): a row of operations that fail, and a mount that is never suspended nor unmounted. Laid out
 * while the machine boots, constant from then on. The operations run in any thread.
 */
import type { Context, Kernel, Registry, Steps } from '@smplab/lwkt';
import { functionNumber, lockinit, Spinlock } from '@smplab/lwkt';
import { EBADF, EIO, ENOENT, ENXIO } from '@smplab/proc';
import { M, Mount } from '../mount/mount-layout.ts';
import { VG } from '../vfs-layout.ts';
import { VOP, Vnodeops } from './vnode-ops-layout.ts';

type Operation = Exclude<keyof typeof VOP, 'vop_spare'>;

const answers = (value: number) =>
  function* (_k: Context): Steps<number> {
    return value;
  };

/** What the operations are, by the name they are registered under. */
export const DEADFS_FUNCTIONS = {
  dead_done: answers(0),
  dead_open: answers(ENXIO),
  dead_io: answers(EIO),
  dead_badf: answers(EBADF),
  dead_lookup: answers(-ENOENT),
  dead_make: answers(-EBADF),
} as const;

const ROW: Readonly<Record<Operation, keyof typeof DEADFS_FUNCTIONS>> = {
  vop_lookup: 'dead_lookup',
  vop_create: 'dead_make',
  vop_mknod: 'dead_make',
  vop_mkdir: 'dead_make',
  vop_symlink: 'dead_make',
  vop_open: 'dead_open',
  vop_close: 'dead_done',
  vop_access: 'dead_badf',
  vop_getattr: 'dead_badf',
  vop_setattr: 'dead_badf',
  vop_read: 'dead_io',
  vop_write: 'dead_io',
  vop_ioctl: 'dead_badf',
  vop_fsync: 'dead_done',
  vop_remove: 'dead_badf',
  vop_link: 'dead_badf',
  vop_rename: 'dead_badf',
  vop_rmdir: 'dead_badf',
  vop_readdir: 'dead_badf',
  vop_readlink: 'dead_badf',
  vop_inactive: 'dead_done',
  vop_reclaim: 'dead_done',
  vop_pathconf: 'dead_badf',
  vop_advlock: 'dead_badf',
};

/** Makes the operations known to a realm. */
export function registerDeadfs(registry: Registry): void {
  for (const [name, body] of Object.entries(DEADFS_FUNCTIONS)) registry.register(name, body);
}

/** Lays out the row and the mount. */
export function bootDeadfs(kernel: Kernel, g: number): void {
  const { words } = kernel;
  const row = kernel.memory.reserve(Vnodeops.size);
  for (const [operation, name] of Object.entries(ROW))
    words[row + VOP[operation as Operation]] = functionNumber(name);
  words[g + VG.vg_deadops] = row;
  const mp = kernel.memory.reserve(Mount.size);
  // Nobody gives this one back.
  words[mp + M.mnt_refcnt] = 1;
  kernel.writeText(mp + M.mnt_vnodelock + Spinlock.offsets.descr, 'deadvnodes');
  // All it needs of a context is the memory.
  lockinit({ words, kernel } as unknown as Context, mp + M.mnt_updating, 'deadmount');
  words[g + VG.vg_deadmount] = mp;
}
