/**
 * Owns the directories of a process that are vnodes: chdir, fchdir, chroot, getcwd (NetBSD
 * kern/vfs_syscalls.c, vfs_getcwd.c). They stay path objects of the process table, which keep their vnode.
 * Runs in the thread of the call.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  cache_hold,
  cache_make,
  callResult,
  closef,
  EINVAL,
  ENOTDIR,
  fd_chdir,
  fd_chroot,
  holdfp,
} from '@smplab/proc';
import { ERANGE } from '../errno.ts';
import { kauth_authorize_system } from '../kauth/authorize.ts';
import { KAUTH_REQ_SYSTEM_CHROOT_CHROOT, KAUTH_SYSTEM_CHROOT } from '../kauth/kauth-actions.ts';
import { NOCRED } from '../name/genfs-access.ts';
import { type Looker, ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup } from '../name/path-calls.ts';
import { V, VDIR } from '../vnode/vnode-layout.ts';
import { VEXEC } from '../vnode/vnode-ops-layout.ts';
import { VOP_ACCESS } from '../vnode/vnode-ops.ts';
import { vref, vrele } from '../vnode/vref.ts';
import { calls, CG } from './call-globals.ts';
import { directoryPath } from './directory-path.ts';
import { asCaller } from './looker.ts';
import { bootNodeOf } from './mountroot.ts';
import { vnodeOf } from './stat.ts';

/** chdir: 0, or the negative errno. */
export function sys_vchdir(k: Context, path: string): Steps<number> {
  return asCaller(k, function* (who) {
    const nch = yield* directoryAt(k, who, path);
    if (nch < 0) return nch;
    yield* fd_chdir(k, nch);
    return 0;
  });
}

/** fchdir: to a directory that is open, and may be searched; 0, or the negative errno. */
export function* sys_fchdir(k: Context, fd: number): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const vp = vnodeOf(k, fp);
  const error = yield* asCaller(k, function* ({ cred }) {
    const refused = vp === 0 ? ENOTDIR : yield* maySearch(k, vp, cred);
    if (refused !== 0) return refused;
    yield* vref(k, vp);
    yield* fd_chdir(k, yield* pathObject(k, vp));
    return 0;
  });
  yield* closef(k, fp);
  return callResult(error);
}

/** chroot: root only. Whoever would be left outside of the new root comes into it (change_root of NetBSD). */
export function sys_vchroot(k: Context, path: string): Steps<number> {
  return asCaller(k, function* (who) {
    const refused = yield* kauth_authorize_system(
      k,
      who.cred,
      KAUTH_SYSTEM_CHROOT,
      KAUTH_REQ_SYSTEM_CHROOT_CHROOT,
    );
    if (refused !== 0) return -refused;
    const vp = yield* directoryVnode(k, who, path);
    if (vp < 0) return vp;
    const isUnder = typeof (yield* directoryPath(k, who.cwd, vp, NOCRED)) === 'string';
    const nch = yield* pathObject(k, vp);
    if (!isUnder) yield* fd_chdir(k, yield* cache_hold(k, nch));
    yield* fd_chroot(k, nch);
    return 0;
  });
}

/** getcwd: bytes of the path with its NUL, or the negative errno: ENOENT for a directory that is removed. */
export function* sys_vgetcwd(k: Context, size: number, result: { path?: string }): Steps<number> {
  if (!(size >= 2)) return -EINVAL;
  const path = yield* asCaller(k, (who) => directoryPath(k, who.cwd, who.root, who.cred));
  if (typeof path === 'number') return callResult(path);
  const bytes = new TextEncoder().encode(path).length + 1;
  if (bytes > size) return -ERANGE;
  result.path = path;
  return bytes;
}

/** The path object of the directory at a path, held, or the negative errno. */
function* directoryAt(k: Context, who: Looker, path: string): Steps<number> {
  const vp = yield* directoryVnode(k, who, path);
  return vp < 0 ? vp : yield* pathObject(k, vp);
}

/** The directory at a path that may be searched, referenced, or the negative errno. */
function* directoryVnode(k: Context, who: Looker, path: string): Steps<number> {
  const vp = yield* do_sys_lookup(k, who, path, ND_FOLLOW);
  if (vp < 0) return vp;
  const error = yield* maySearch(k, vp, who.cred);
  if (error === 0) return vp;
  yield* vrele(k, vp);
  return -error;
}

/** 0, or why names cannot be looked for in a vnode. */
function* maySearch(k: Context, vp: number, cred: number): Steps<number> {
  return k.peek(vp + V.v_type) === VDIR ? yield* VOP_ACCESS(k, vp, VEXEC, cred) : ENOTDIR;
}

/** A path object for a vnode, held; takes the reference over. Those of the boot stand for their own. */
function* pathObject(k: Context, vp: number): Steps<number> {
  const node = bootNodeOf(k, vp);
  if (node !== 0) {
    yield* vrele(k, vp);
    return yield* cache_hold(k, node);
  }
  const root = yield* k.load(calls(k) + CG.cg_root);
  const path = yield* directoryPath(k, vp, root, NOCRED);
  return yield* cache_make(k, typeof path === 'string' ? path : '?', vp);
}
