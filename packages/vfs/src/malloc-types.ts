/**
 * Owns the malloc types of file systems (MALLOC_DEFINE of vfs_subr.c, vfs_mount.c and the files around it).
 * Pure data; `kmalloc` and `kfree` of proc take them.
 */
export const M_VNODE = 'vnode';
export const M_MOUNT = 'mount';
export const M_FSTRANS = 'fstrans';
export const M_KAUTH = 'kauth';
export const M_PIPE = 'pipe';
export const M_SOCKET = 'socket';
export const M_KQUEUE = 'kqueue';
export const M_KNOTE = 'knote';
export const M_RAMFS = 'ramfs';
