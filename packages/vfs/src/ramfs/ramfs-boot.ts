/**
 * Owns making the file system in memory known: its functions to a realm, its two rows of operations to a
 * machine. Rows are constant; vfs_spare of the one of the file system has the address of that of its vnodes.
 */
import { functionNumber, type Kernel, type Registry } from '@smplab/lwkt';
import { VFS } from '../mount/mount-layout.ts';
import { bootVfsops } from '../mount/vfsops.ts';
import { VOP, Vnodeops } from '../vnode/vnode-ops-layout.ts';
import { ramfs_access, ramfs_getattr, ramfs_pathconf, ramfs_setattr } from './ramfs-attr-ops.ts';
import {
  ramfs_ioctl,
  ramfs_nothing,
  ramfs_open,
  ramfs_read,
  ramfs_readdir,
  ramfs_readlink,
  ramfs_write,
} from './ramfs-file-ops.ts';
import {
  ramfs_create,
  ramfs_link,
  ramfs_lookup,
  ramfs_mkdir,
  ramfs_remove,
  ramfs_rmdir,
  ramfs_symlink,
} from './ramfs-name-ops.ts';
import { ramfs_rename } from './ramfs-rename.ts';
import { ramfs_mount, ramfs_statvfs, ramfs_unmount } from './ramfs-vfsops.ts';
import { ramfs_inactive, ramfs_loadvnode, ramfs_reclaim, ramfs_root } from './ramfs-vnode.ts';

const FUNCTIONS = {
  ramfs_mount,
  ramfs_unmount,
  ramfs_statvfs,
  ramfs_root,
  ramfs_loadvnode,
  ramfs_nothing,
  ramfs_lookup,
  ramfs_create,
  ramfs_open,
  ramfs_access,
  ramfs_getattr,
  ramfs_setattr,
  ramfs_read,
  ramfs_write,
  ramfs_ioctl,
  ramfs_remove,
  ramfs_link,
  ramfs_rename,
  ramfs_mkdir,
  ramfs_rmdir,
  ramfs_symlink,
  ramfs_readdir,
  ramfs_readlink,
  ramfs_inactive,
  ramfs_reclaim,
  ramfs_pathconf,
} as const;

const VNODE_OPERATIONS: Readonly<Partial<Record<keyof typeof VOP, keyof typeof FUNCTIONS>>> = {
  vop_lookup: 'ramfs_lookup',
  vop_create: 'ramfs_create',
  vop_mknod: 'ramfs_create',
  vop_open: 'ramfs_open',
  vop_close: 'ramfs_nothing',
  vop_access: 'ramfs_access',
  vop_getattr: 'ramfs_getattr',
  vop_setattr: 'ramfs_setattr',
  vop_read: 'ramfs_read',
  vop_write: 'ramfs_write',
  vop_ioctl: 'ramfs_ioctl',
  vop_fsync: 'ramfs_nothing',
  vop_remove: 'ramfs_remove',
  vop_link: 'ramfs_link',
  vop_rename: 'ramfs_rename',
  vop_mkdir: 'ramfs_mkdir',
  vop_rmdir: 'ramfs_rmdir',
  vop_symlink: 'ramfs_symlink',
  vop_readdir: 'ramfs_readdir',
  vop_readlink: 'ramfs_readlink',
  vop_inactive: 'ramfs_inactive',
  vop_reclaim: 'ramfs_reclaim',
  vop_pathconf: 'ramfs_pathconf',
};

/** The functions by name, for a realm. */
export const RAMFS_FUNCTIONS = FUNCTIONS;

/** Makes the functions known to a realm. */
export function registerRamfs(registry: Registry): void {
  for (const [name, body] of Object.entries(FUNCTIONS)) registry.register(name, body);
}

/** Lays out both rows, while the machine boots; gives that of the file system, for vfs_attach. */
export function bootRamfs(kernel: Kernel): number {
  const { words } = kernel;
  const vnodeops = kernel.memory.reserve(Vnodeops.size);
  for (const [slot, name] of Object.entries(VNODE_OPERATIONS))
    words[vnodeops + VOP[slot as keyof typeof VOP]] = functionNumber(name);
  const vfsops = bootVfsops(kernel, 'ramfs', {
    vfs_mount: functionNumber('ramfs_mount'),
    vfs_unmount: functionNumber('ramfs_unmount'),
    vfs_root: functionNumber('ramfs_root'),
    vfs_statvfs: functionNumber('ramfs_statvfs'),
    vfs_loadvnode: functionNumber('ramfs_loadvnode'),
  });
  words[vfsops + VFS.vfs_spare] = vnodeops;
  return vfsops;
}
