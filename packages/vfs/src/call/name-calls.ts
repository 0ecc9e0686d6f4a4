/**
 * Owns the system calls that make, move and remove names (NetBSD kern/vfs_syscalls.c): what path-calls.ts
 * does for whoever looks, for the current process. Each gives 0 or the negative errno.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, uioBytes, uioFree, uioMake } from '@smplab/proc';
import { type Looker, MAXPATHLEN } from '../name/nameidata.ts';
import {
  do_sys_link,
  do_sys_lookup,
  do_sys_mkdir,
  do_sys_rename,
  do_sys_rmdir,
  do_sys_symlink,
  do_sys_unlink,
} from '../name/path-calls.ts';
import { VOP_READLINK } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { asCaller } from './looker.ts';
import { cmask } from './open-vnode.ts';

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
