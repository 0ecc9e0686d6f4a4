/**
 * Owns opening a file by its path (vn_open of NetBSD kern/vfs_vnops.c): looked up or made, allowed, emptied.
 * Runs in the thread of the call. Of two that make the same name one makes it; the other opens what the first
 * has made, unless it wants to be the maker (O_EXCL).
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EEXIST, EINVAL, EISDIR, ENOTDIR, FREAD, FWRITE, kfree, M_TEMP } from '@smplab/proc';
import { ELOOP } from '../errno.ts';
import { V, VDIR, VLNK, VREG } from '../vnode/vnode-layout.ts';
import { NAMEI_CREATE, NAMEI_LOOKUP, VA, VREAD, VWRITE } from '../vnode/vnode-ops-layout.ts';
import { VOP_ACCESS, VOP_CLOSE, VOP_CREATE, VOP_OPEN, VOP_SETATTR } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { type Looker, ND_FOLLOW, NI } from './nameidata.ts';
import { vattr_null, withName } from './path-calls.ts';

/** Flags of open, besides FREAD and FWRITE (FFLAGS of the modes). */
export const O_NOFOLLOW = 0x100;
export const O_CREAT = 0x200;
export const O_TRUNC = 0x400;
export const O_EXCL = 0x800;
export const O_DIRECTORY = 0x8000000;

/** The open vnode, referenced: closed by VOP_CLOSE and vrele. Or the negative errno. */
export function* vn_open(k: Context, who: Looker, path: string, fmode: number, cmode = 0): Steps<number> {
  if ((fmode & (FREAD | FWRITE)) === 0) return -EINVAL;
  for (;;) {
    const vp = yield* openOnce(k, who, path, fmode, cmode);
    // Somebody else has made it since we looked.
    const isLate = vp === -EEXIST && (fmode & (O_CREAT | O_EXCL)) === O_CREAT;
    if (!isLate) return vp;
  }
}

function* openOnce(k: Context, who: Looker, path: string, fmode: number, cmode: number): Steps<number> {
  const isCreate = (fmode & O_CREAT) !== 0;
  const follows = (fmode & O_NOFOLLOW) === 0 && (fmode & (O_CREAT | O_EXCL)) !== (O_CREAT | O_EXCL);
  const flags = follows ? ND_FOLLOW : 0;
  let opened = 0;
  const error = yield* withName(k, isCreate ? NAMEI_CREATE : NAMEI_LOOKUP, flags, path, who, function* (ndp) {
    const isNew = k.words[ndp + NI.ni_vp] === 0;
    if (isNew) {
      const made = yield* create(k, ndp, cmode);
      if (made < 0) return -made;
      k.words[ndp + NI.ni_vp] = made;
    } else if (isCreate && (fmode & O_EXCL) !== 0) return EEXIST;
    const vp = k.words[ndp + NI.ni_vp];
    const refused = yield* openFound(k, vp, who, fmode, isNew);
    if (refused !== 0) return refused;
    k.words[ndp + NI.ni_vp] = 0;
    opened = vp;
    return 0;
  });
  return error === 0 ? opened : -error;
}

function* create(k: Context, ndp: number, cmode: number): Steps<number> {
  const vap = yield* vattr_null(k);
  k.words[vap + VA.va_type] = VREG;
  k.words[vap + VA.va_mode] = cmode & 0o7777;
  const vp = yield* VOP_CREATE(k, k.words[ndp + NI.ni_dvp], ndp + NI.ni_cnd, vap);
  yield* kfree(k, M_TEMP, vap);
  return vp;
}

/** Who has just made a file may open it whatever its mode says. */
function* openFound(k: Context, vp: number, who: Looker, fmode: number, isNew: boolean): Steps<number> {
  const type = k.peek(vp + V.v_type);
  if (type === VLNK) return ELOOP;
  if ((fmode & O_DIRECTORY) !== 0 && type !== VDIR) return ENOTDIR;
  const isWrite = (fmode & (FWRITE | O_TRUNC)) !== 0;
  if (isWrite && type === VDIR) return EISDIR;
  const accmode = ((fmode & FREAD) === 0 ? 0 : VREAD) | (isWrite ? VWRITE : 0);
  const refused = isNew ? 0 : yield* VOP_ACCESS(k, vp, accmode, who.cred);
  const error = refused === 0 ? yield* VOP_OPEN(k, vp, fmode, who.cred) : refused;
  if (error !== 0 || (fmode & O_TRUNC) === 0 || type !== VREG || isNew) return error;
  const vap = yield* vattr_null(k);
  k.words[vap + VA.va_size] = 0;
  const failed = yield* VOP_SETATTR(k, vp, vap, who.cred);
  yield* kfree(k, M_TEMP, vap);
  return failed;
}

/** Closes what `vn_open` gave: the errno of VOP_CLOSE; the reference is gone in any case. */
export function* vn_close(k: Context, vp: number, fmode: number, cred: number): Steps<number> {
  const error = yield* VOP_CLOSE(k, vp, fmode, cred);
  yield* vrele(k, vp);
  return error;
}
