/**
 * Owns the system calls that make, move and remove names (NetBSD kern/vfs_syscalls.c): what path-calls.ts
 * does for whoever looks, for the current process. Each gives 0 or the negative errno.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, EINVAL, uioBytes, uioFree, uioMake } from '@smplab/proc';
import { kauth_authorize_system } from '../kauth/authorize.ts';
import { KAUTH_SYSTEM_MKNOD } from '../kauth/kauth-actions.ts';
import { type Looker, MAXPATHLEN } from '../name/nameidata.ts';
import {
  do_sys_link,
  do_sys_lookup,
  do_sys_mkdir,
  do_sys_mknod,
  do_sys_rename,
  do_sys_rmdir,
  do_sys_symlink,
  do_sys_unlink,
} from '../name/path-calls.ts';
import { VBLK, VCHR, VREG } from '../vnode/vnode-layout.ts';
import { VOP_READLINK } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { asCaller } from './looker.ts';
import { cmask } from './open-vnode.ts';
import { S_IFBLK, S_IFCHR, S_IFMT, S_IFREG } from './stat.ts';

/** What mknod makes. */
const NODE_TYPES: ReadonlyMap<number, number> = new Map([
  [S_IFCHR, VCHR],
  [S_IFBLK, VBLK],
  [S_IFREG, VREG],
]);

export interface LinkResult {
  target?: Uint8Array;
}

function* forCaller(k: Context, act: (who: Looker) => Steps<number>): Steps<number> {
  return callResult(yield* asCaller(k, act));
}

export function* sys_mkdir(k: Context, path: string, mode: number): Steps<number> {
  const allowed = mode & ~(yield* cmask(k));
  return yield* forCaller(k, (who) => do_sys_mkdir(k, who, path, allowed));
}

/** A device or an empty file, for root only; `mode` has the type in it. */
export function* sys_mknod(k: Context, path: string, mode: number, dev: number): Steps<number> {
  const type = NODE_TYPES.get(mode & S_IFMT);
  if (type === undefined || !Number.isInteger(dev)) return -EINVAL;
  const allowed = mode & 0o7777 & ~(yield* cmask(k));
  return yield* forCaller(k, function* (who) {
    const refused = yield* kauth_authorize_system(k, who.cred, KAUTH_SYSTEM_MKNOD, 0);
    return refused === 0 ? yield* do_sys_mknod(k, who, path, type, allowed, dev | 0) : refused;
  });
}

export function sys_rmdir(k: Context, path: string): Steps<number> {
  return forCaller(k, (who) => do_sys_rmdir(k, who, path));
}

export function sys_unlink(k: Context, path: string): Steps<number> {
  return forCaller(k, (who) => do_sys_unlink(k, who, path));
}

export function sys_symlink(k: Context, target: string, path: string): Steps<number> {
  return forCaller(k, (who) => do_sys_symlink(k, who, target, path));
}

export function sys_link(k: Context, path: string, to: string): Steps<number> {
  return forCaller(k, (who) => do_sys_link(k, who, path, to));
}

export function sys_rename(k: Context, path: string, to: string): Steps<number> {
  return forCaller(k, (who) => do_sys_rename(k, who, path, to));
}

export function* sys_readlink(k: Context, path: string, result: LinkResult): Steps<number> {
  return yield* forCaller(k, function* (who) {
    const vp = yield* do_sys_lookup(k, who, path, 0);
    if (vp < 0) return -vp;
    const uio = yield* uioMake(k, MAXPATHLEN);
    const error = yield* VOP_READLINK(k, vp, uio, who.cred);
    result.target = uioBytes(k, uio);
    yield* uioFree(k, uio);
    yield* vrele(k, vp);
    return error;
  });
}
