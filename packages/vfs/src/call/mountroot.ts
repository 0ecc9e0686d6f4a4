/**
 * Owns mounting the root (vfs_mountroot of NetBSD kern/vfs_mountroot.c): a file system in memory, in which
 * everything that has a path at boot - programs, devices and their directories - gets a vnode. Run by the
 * first thread that enters a program; others that come meanwhile wait on cg_lock.
 */
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { cache_nodes, cache_path, D, NC, NC_DEVICE, NC_DIRECTORY } from '@smplab/proc';
import { MNT_ROOTFS } from '../mount/mount-layout.ts';
import { mount_domount } from '../mount/mount.ts';
import { vfs_attach, VFS_ROOT } from '../mount/vfsops.ts';
import { NOCRED } from '../name/genfs-access.ts';
import type { Looker } from '../name/nameidata.ts';
import { do_sys_lookup, do_sys_mkdir, do_sys_mknod } from '../name/path-calls.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { VCHR, VREG } from '../vnode/vnode-layout.ts';
import { calls, CG } from './call-globals.ts';

/** Sees to it that there is a root directory. */
export function* mountroot(k: Context): Steps {
  const cg = calls(k);
  if ((yield* k.load(cg + CG.cg_root)) !== 0) return;
  yield* lockmgr(k, cg + CG.cg_lock, LK_EXCLUSIVE);
  if ((yield* k.load(cg + CG.cg_root)) === 0) yield* mountFirst(k, cg);
  yield* lockmgr(k, cg + CG.cg_lock, LK_RELEASE);
}

function* mountFirst(k: Context, cg: number): Steps {
  const ops = k.words[cg + CG.cg_rootops];
  let error = yield* vfs_attach(k, ops);
  if (error === 0) error = yield* mount_domount(k, 0, ops, MNT_ROOTFS, 0, 0, 0);
  if (error !== 0) k.panic(`mountroot: the root cannot be mounted, error ${error}`);
  const root = yield* VFS_ROOT(k, k.peek(vfs(k).g + VG.vg_rootmount));
  if (root < 0) k.panic(`mountroot: there is no root directory, error ${-root}`);
  const who = { cred: NOCRED, root, cwd: root };
  for (const nch of cache_nodes(k)) k.set(nch + NC.nc_vnode, yield* plant(k, who, nch));
  yield* k.store(cg + CG.cg_root, root);
}

/** Makes what a path object of the boot stands for; gives its vnode, referenced. */
function* plant(k: Context, who: Looker, nch: number): Steps<number> {
  const path = cache_path(k, nch);
  const mode = k.get(nch + NC.nc_mode);
  const type = k.get(nch + NC.nc_type);
  let error: number;
  if (type === NC_DIRECTORY) error = path === '/' ? 0 : yield* do_sys_mkdir(k, who, path, mode);
  else if (type === NC_DEVICE) {
    const dev = k.words[k.get(nch + NC.nc_data) + D.d_dev];
    error = yield* do_sys_mknod(k, who, path, VCHR, mode, dev);
  } else error = yield* do_sys_mknod(k, who, path, VREG, mode, 0);
  const vp = error === 0 ? yield* do_sys_lookup(k, who, path, 0) : -error;
  return vp > 0 ? vp : k.panic(`mountroot: ${path} cannot be made, error ${-vp}`);
}

/** The root directory of the machine, which stays; once it is mounted. */
export function rootDirectory(k: Context): number {
  return k.peek(calls(k) + CG.cg_root);
}

/** The path object of the boot that has a vnode, not held; 0 for none. */
export function bootNodeOf(k: Context, vp: number): number {
  return cache_nodes(k).find((nch) => k.get(nch + NC.nc_vnode) === vp) ?? 0;
}

/** The path object of the boot that stands for a device; 0 for none. */
export function deviceNodeOf(k: Context, dev: number): number {
  const isIt = (nch: number): boolean =>
    k.get(nch + NC.nc_type) === NC_DEVICE && k.words[k.get(nch + NC.nc_data) + D.d_dev] === dev;
  return cache_nodes(k).find(isIt) ?? 0;
}
