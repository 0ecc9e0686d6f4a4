/**
 * Owns what system calls do with names (NetBSD kern/vfs_syscalls.c, do_sys_*): a lookup with the intent, then
 * the operation of the directory, then everything given back. Runs in the thread of the call. No lock is held
 * in between: the operation itself decides, and may find that somebody else was faster.
 */
import { writeCstring } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { EEXIST, EINVAL, ENAMETOOLONG, ENOENT, EPERM, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { EXDEV } from '../errno.ts';
import { V, VDIR, VLNK } from '../vnode/vnode-layout.ts';
import {
  NAMEI_CREATE,
  NAMEI_DELETE,
  NAMEI_LOOKUP,
  NAMEI_RENAME,
  VA,
  Vattr,
  VNOVAL,
} from '../vnode/vnode-ops-layout.ts';
import {
  VOP_LINK,
  VOP_MKDIR,
  VOP_MKNOD,
  VOP_REMOVE,
  VOP_RENAME,
  VOP_RMDIR,
  VOP_SYMLINK,
} from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { namei } from './namei.ts';
import { type Looker, MAXPATHLEN, ND_CREATEDIR, ndfree, ndinit, NI } from './nameidata.ts';

/** Attributes that are all unset. */
export function* vattr_null(k: Context): Steps<number> {
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  for (let at = 0; at < Vattr.size; at++) k.words[vap + at] = VNOVAL;
  return vap;
}

/** Looks a path up and calls `act` with what was found: its answer, or the errno of the lookup. */
export function* withName(
  k: Context,
  nameiop: number,
  flags: number,
  path: string,
  who: Looker,
  act: (ndp: number) => Steps<number>,
): Steps<number> {
  const ndp = yield* ndinit(k, nameiop, flags, path, who);
  if (ndp < 0) return -ndp;
  const error = yield* namei(k, ndp);
  const answer = error === 0 ? yield* act(ndp) : error;
  for (const found of [k.words[ndp + NI.ni_vp], k.words[ndp + NI.ni_dvp]])
    if (found !== 0) yield* vrele(k, found);
  yield* ndfree(k, ndp);
  return answer;
}

/** The vnode of a path, referenced; or the negative errno. `flags`: ND_FOLLOW or nothing. */
export function* do_sys_lookup(k: Context, who: Looker, path: string, flags: number): Steps<number> {
  let vp = 0;
  const error = yield* withName(k, NAMEI_LOOKUP, flags, path, who, function* (ndp) {
    vp = k.words[ndp + NI.ni_vp];
    k.words[ndp + NI.ni_vp] = 0;
    return yield* nothing();
  });
  return error === 0 ? vp : -error;
}

export function* do_sys_mkdir(k: Context, who: Looker, path: string, mode: number): Steps<number> {
  return yield* makeName(k, who, path, ND_CREATEDIR, function* (ndp, vap) {
    k.words[vap + VA.va_type] = VDIR;
    k.words[vap + VA.va_mode] = mode & 0o777;
    return yield* VOP_MKDIR(k, k.words[ndp + NI.ni_dvp], ndp + NI.ni_cnd, vap);
  });
}

/** A device, a fifo or another node of a type that is neither a directory nor a link. */
export function* do_sys_mknod(
  k: Context,
  who: Looker,
  path: string,
  type: number,
  mode: number,
  rdev: number,
): Steps<number> {
  if (type === VDIR || type === VLNK) return EINVAL;
  return yield* makeName(k, who, path, 0, function* (ndp, vap) {
    k.words[vap + VA.va_type] = type;
    k.words[vap + VA.va_mode] = mode & 0o7777;
    k.words[vap + VA.va_rdev] = rdev;
    return yield* VOP_MKNOD(k, k.words[ndp + NI.ni_dvp], ndp + NI.ni_cnd, vap);
  });
}

export function* do_sys_symlink(k: Context, who: Looker, target: string, path: string): Steps<number> {
  if (new TextEncoder().encode(target).length >= MAXPATHLEN) return ENAMETOOLONG;
  return yield* makeName(k, who, path, 0, function* (ndp, vap) {
    const text = yield* kmalloc(k, M_TEMP, MAXPATHLEN / 4);
    writeCstring(k.kernel.memory, text, MAXPATHLEN, target);
    k.words[vap + VA.va_type] = VLNK;
    k.words[vap + VA.va_mode] = 0o777;
    k.words[vap + VA.va_symlink] = text;
    const vp = yield* VOP_SYMLINK(k, k.words[ndp + NI.ni_dvp], ndp + NI.ni_cnd, vap);
    yield* kfree(k, M_TEMP, text);
    return vp;
  });
}

/** A new name; `make` gives the vnode, referenced, or the negative errno. */
function makeName(
  k: Context,
  who: Looker,
  path: string,
  flags: number,
  make: (ndp: number, vap: number) => Steps<number>,
): Steps<number> {
  return withName(k, NAMEI_CREATE, flags, path, who, function* (ndp) {
    if (k.words[ndp + NI.ni_vp] !== 0) return EEXIST;
    const vap = yield* vattr_null(k);
    const vp = yield* make(ndp, vap);
    yield* kfree(k, M_TEMP, vap);
    if (vp < 0) return -vp;
    yield* vrele(k, vp);
    return 0;
  });
}

/** One more name for a file; the link itself, where `path` is a symbolic one. */
export function* do_sys_link(k: Context, who: Looker, path: string, to: string): Steps<number> {
  return yield* withName(k, NAMEI_LOOKUP, 0, path, who, function* (from) {
    const vp = k.words[from + NI.ni_vp];
    return yield* withName(k, NAMEI_CREATE, 0, to, who, function* (ndp) {
      if (k.words[ndp + NI.ni_vp] !== 0) return EEXIST;
      const dvp = k.words[ndp + NI.ni_dvp];
      if (k.peek(dvp + V.v_mount) !== k.peek(vp + V.v_mount)) return EXDEV;
      return yield* VOP_LINK(k, dvp, vp, ndp + NI.ni_cnd);
    });
  });
}

export function* do_sys_unlink(k: Context, who: Looker, path: string): Steps<number> {
  return yield* withName(k, NAMEI_DELETE, 0, path, who, function* (ndp) {
    const vp = k.words[ndp + NI.ni_vp];
    if (k.peek(vp + V.v_type) === VDIR) return EPERM;
    return yield* VOP_REMOVE(k, k.words[ndp + NI.ni_dvp], vp, ndp + NI.ni_cnd);
  });
}

export function* do_sys_rmdir(k: Context, who: Looker, path: string): Steps<number> {
  return yield* withName(k, NAMEI_DELETE, 0, path, who, function* (ndp) {
    return yield* VOP_RMDIR(k, k.words[ndp + NI.ni_dvp], k.words[ndp + NI.ni_vp], ndp + NI.ni_cnd);
  });
}

export function* do_sys_rename(k: Context, who: Looker, path: string, to: string): Steps<number> {
  return yield* withName(k, NAMEI_DELETE, 0, path, who, function* (from) {
    const vp = k.words[from + NI.ni_vp];
    if (vp === 0) return ENOENT;
    const flags = k.peek(vp + V.v_type) === VDIR ? ND_CREATEDIR : 0;
    return yield* withName(k, NAMEI_RENAME, flags, to, who, function* (ndp) {
      const [fdvp, tdvp] = [k.words[from + NI.ni_dvp], k.words[ndp + NI.ni_dvp]];
      const old = k.words[ndp + NI.ni_vp];
      const mounts = [vp, fdvp, tdvp, old === 0 ? tdvp : old].map((each) => k.peek(each + V.v_mount));
      if (mounts.some((mount) => mount !== mounts[0])) return EXDEV;
      return yield* VOP_RENAME(k, fdvp, from + NI.ni_cnd, tdvp, ndp + NI.ni_cnd);
    });
  });
}

function* nothing(): Steps<number> {
  return 0;
}
