/**
 * Owns mounts of a file system without vnodes, for tests of what needs no more: made by hand, one reference.
 */
import { type Context, type Kernel, lockinit, spin_init, type Steps } from '@smplab/lwkt';
import { kmalloc } from '@smplab/proc';
import { M_MOUNT } from '../../src/malloc-types.ts';
import { M, Mount, VFS } from '../../src/mount/mount-layout.ts';
import { bootVfsops } from '../../src/mount/vfsops.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';

/** Where `bootSomeOps` leaves its row: nobody else uses the word in these machines. */
const OPS = VG.vg_kauth_scopes;

/** A file system of no operations. */
export function bootSomeOps(kernel: Kernel, g: number): void {
  kernel.words[g + OPS] = bootVfsops(kernel, 'somefs', {});
}

export function someOps(k: Context): number {
  return k.words[vfs(k).g + OPS];
}

export function* someMount(k: Context, ops = someOps(k)): Steps<number> {
  const mp = yield* kmalloc(k, M_MOUNT, Mount.size);
  k.words[mp + M.mnt_refcnt] = 1;
  k.words[mp + M.mnt_op] = ops;
  k.words[ops + VFS.vfs_refcount]++;
  spin_init(k, mp + M.mnt_vnodelock, 'mntvnode');
  lockinit(k, mp + M.mnt_updating, 'mntupd');
  return mp;
}
