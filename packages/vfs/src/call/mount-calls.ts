/**
 * Owns mount(2) and unmount(2) (NetBSD kern/vfs_syscalls.c: do_sys_mount, sys_unmount), for root only
 * unless a security model says otherwise (kauth): file
 * systems by name, as vfs_attach has made them known. Runs in the thread of the call.
 */
import { writeCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, EINVAL, ENAMETOOLONG, ENODEV, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { kauth_authorize_system } from '../kauth/authorize.ts';
import {
  KAUTH_REQ_SYSTEM_MOUNT_NEW,
  KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT,
  KAUTH_SYSTEM_MOUNT,
} from '../kauth/kauth-actions.ts';
import { MNT_FORCE, MOUNT_PATH_BYTES, VFS_NAME_BYTES } from '../mount/mount-layout.ts';
import { vfs_ref, vfs_rele } from '../mount/mount-refs.ts';
import { mount_domount } from '../mount/mount.ts';
import { dounmount } from '../mount/unmount.ts';
import { vfs_delref, vfs_getopsbyname } from '../mount/vfsops.ts';
import { isRootOfMount } from '../name/mount-crossing.ts';
import { type Looker, ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup } from '../name/path-calls.ts';
import { V } from '../vnode/vnode-layout.ts';
import { vrele } from '../vnode/vref.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { asCaller } from './looker.ts';

/** What mount is asked for. */
export interface MountRequest {
  readonly type: string;
  readonly path: string;
  readonly flags: number;
  readonly data: readonly number[];
  /** What is mounted, for who lists mounts. */
  readonly from: string;
}

/** mount: 0, or the negative errno. */
export function* sys_mount(k: Context, request: MountRequest): Steps<number> {
  const error = yield* asCaller(k, function* (who) {
    const refused = yield* mayMount(k, who, KAUTH_REQ_SYSTEM_MOUNT_NEW);
    if (refused !== 0) return refused;
    const ops = yield* opsOf(k, request.type);
    if (ops === 0) return ENODEV;
    const covered = yield* do_sys_lookup(k, who, request.path, ND_FOLLOW);
    const failed = covered < 0 ? -covered : yield* mountOn(k, covered, ops, request);
    if (covered > 0) yield* vrele(k, covered);
    yield* vfs_delref(k, ops);
    return failed;
  });
  return callResult(error);
}

/** 0, or EPERM: root may, unless a security model says no. */
function mayMount(k: Context, { cred }: Looker, request: number): Steps<number> {
  return kauth_authorize_system(k, cred, KAUTH_SYSTEM_MOUNT, request);
}

/** The file system with a name, which stays until vfs_delref; 0 if there is none. */
function* opsOf(k: Context, type: string): Steps<number> {
  if (new TextEncoder().encode(type).length >= VFS_NAME_BYTES) return 0;
  const name = yield* kmalloc(k, M_TEMP, VFS_NAME_BYTES / 4);
  writeCstring(k.kernel.memory, name, VFS_NAME_BYTES, type);
  const ops = yield* vfs_getopsbyname(k, name);
  yield* kfree(k, M_TEMP, name);
  return ops;
}

function* mountOn(
  k: Context,
  covered: number,
  ops: number,
  { path, flags, data, from }: MountRequest,
): Steps<number> {
  const encoder = new TextEncoder();
  if ([path, from].some((name) => encoder.encode(name).length >= MOUNT_PATH_BYTES)) return ENAMETOOLONG;
  const pathWords = MOUNT_PATH_BYTES / 4;
  const block = yield* kmalloc(k, M_TEMP, 2 * pathWords + data.length);
  const source = block + pathWords;
  const args = source + pathWords;
  writeCstring(k.kernel.memory, block, MOUNT_PATH_BYTES, path);
  writeCstring(k.kernel.memory, source, MOUNT_PATH_BYTES, from);
  k.words.set(data, args);
  const error = yield* mount_domount(k, covered, ops, flags, block, args, data.length, source);
  yield* kfree(k, M_TEMP, block);
  return error;
}

/** unmount: of the file system whose root a path leads to; 0, or the negative errno. */
export function* sys_unmount(k: Context, path: string, flags: number): Steps<number> {
  const error = yield* asCaller(k, function* (who) {
    const refused = yield* mayMount(k, who, KAUTH_REQ_SYSTEM_MOUNT_UNMOUNT);
    if (refused !== 0) return refused;
    const mp = yield* mountAt(k, who, path);
    if (mp < 0) return -mp;
    const failed = yield* dounmount(k, mp, flags & MNT_FORCE);
    yield* vfs_rele(k, mp);
    return failed;
  });
  return callResult(error);
}

/** The mount at a path, referenced: not that of the root, which is needed. Or the negative errno. */
function* mountAt(k: Context, who: Looker, path: string): Steps<number> {
  const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
  if (vp < 0) return vp;
  const mp = k.peek(vp + V.v_mount);
  const isMount = isRootOfMount(k, vp) && mp !== k.peek(vfs(k).g + VG.vg_rootmount);
  if (isMount) yield* vfs_ref(k, mp);
  yield* vrele(k, vp);
  return isMount ? mp : -EINVAL;
}
