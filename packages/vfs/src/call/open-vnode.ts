/**
 * Owns open(2) in a file system (do_open of NetBSD kern/vfs_syscalls.c): a descriptor for the vnode that a
 * path leads to; for a device or a program for what the process table has of it. Runs in the thread of the
 * call. The descriptor is reserved first, so that nobody else sees it before the file is whole.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import {
  cache_hold,
  callResult,
  curfd,
  DTYPE_VNODE,
  EACCES,
  EINVAL,
  EISDIR,
  ENXIO,
  EOPNOTSUPP,
  F,
  FD,
  fdalloc,
  fdunreserve,
  fmake,
  FREAD,
  fsetfd,
  FWRITE,
  kfree,
  kmalloc,
  M_TEMP,
  NC,
  NC_IMAGE,
  O_CLOEXEC,
  OPEN_FLAGS,
  openNode,
  UF_EXCLOSE,
} from '@smplab/proc';
import type { Looker } from '../name/nameidata.ts';
import { vattr_null } from '../name/path-calls.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_TRUNC, vn_close, vn_open } from '../name/vn-open.ts';
import { V, VCHR, VDIR, VREG } from '../vnode/vnode-layout.ts';
import { VOP_ACCESS, VOP_GETATTR, VOP_SETATTR } from '../vnode/vnode-ops.ts';
import { VA, Vattr, VWRITE } from '../vnode/vnode-ops-layout.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { calls, CG } from './call-globals.ts';
import { asCaller } from './looker.ts';
import { bootNodeOf, deviceNodeOf } from './mountroot.ts';
import { vn_knote } from './vn-file.ts';

const RW = FREAD | FWRITE;
const LOOKUP_FLAGS = O_CREAT | O_EXCL | O_NOFOLLOW | O_DIRECTORY;

/** Opens a path; gives a descriptor, or the negative errno. `mode` is that of a file that is made. */
export function* sys_vopen(k: Context, path: string, oflags: number, mode: number): Steps<number> {
  const flag = (oflags & OPEN_FLAGS) + 1;
  if ((flag & RW) === 0 || (oflags & (O_CREAT | O_DIRECTORY)) === (O_CREAT | O_DIRECTORY)) return -EINVAL;
  const fd = yield* fdalloc(k, 0);
  if (fd < 0) return fd;
  const cmode = mode & ~(yield* cmask(k));
  const error = yield* asCaller(k, function* (who) {
    // Emptied only when it is known to be no program.
    const vp = yield* vn_open(k, who, path, (flag & RW) | (oflags & LOOKUP_FLAGS), cmode);
    return vp < 0 ? -vp : yield* openVnode(k, vp, who, { flag, oflags, fd });
  });
  if (error === 0) return fd;
  yield* fdunreserve(k, fd);
  return callResult(error);
}

interface Opening {
  readonly flag: number;
  readonly oflags: number;
  readonly fd: number;
}

/** A file for an open vnode, which becomes the file's or is closed. */
function* openVnode(k: Context, vp: number, who: Looker, opening: Opening): Steps<number> {
  const { flag, oflags, fd } = opening;
  const fdflags = (oflags & O_CLOEXEC) === 0 ? 0 : UF_EXCLOSE;
  const type = k.peek(vp + V.v_type);
  const node = type === VCHR ? yield* deviceOf(k, vp, who) : programOf(k, vp);
  let error = 0;
  if (type === VCHR || (node !== 0 && k.get(node + NC.nc_type) === NC_IMAGE)) {
    if (node === 0) error = ENXIO;
    // The text of a program is code of the machine: root cannot write it either.
    else if (type !== VCHR && ((flag & FWRITE) !== 0 || (oflags & O_TRUNC) !== 0)) error = EACCES;
    if (error === 0) error = yield* openNode(k, yield* cache_hold(k, node), flag, fd, fdflags);
    yield* vn_close(k, vp, flag & RW, who.cred);
    return error;
  }
  if (type !== VREG && type !== VDIR) error = EOPNOTSUPP;
  else if ((oflags & O_TRUNC) !== 0) error = yield* truncate(k, vp, who, (flag & FWRITE) !== 0);
  if (error !== 0) {
    yield* vn_close(k, vp, flag & RW, who.cred);
    return error;
  }
  const fp = yield* fmake(k, DTYPE_VNODE, flag, k.words[calls(k) + CG.cg_fileops]);
  k.words[fp + F.f_data] = vp;
  yield* fsetfd(k, fd, fp, fdflags);
  return 0;
}

/** Who has opened it for writing was asked already. */
function* truncate(k: Context, vp: number, who: Looker, mayWrite: boolean): Steps<number> {
  if (k.peek(vp + V.v_type) === VDIR) return EISDIR;
  const refused = mayWrite ? 0 : yield* VOP_ACCESS(k, vp, VWRITE, who.cred);
  if (refused !== 0) return refused;
  const vap = yield* vattr_null(k);
  k.words[vap + VA.va_size] = 0;
  const error = yield* VOP_SETATTR(k, vp, vap, who.cred);
  yield* vn_knote(k, vp);
  yield* kfree(k, M_TEMP, vap);
  return error;
}

/** The path object of the boot that a vnode is: only what is on the root file system can be one. */
function programOf(k: Context, vp: number): number {
  return k.peek(vp + V.v_mount) === k.peek(vfs(k).g + VG.vg_rootmount) ? bootNodeOf(k, vp) : 0;
}

/** The path object of the device that a vnode is; 0 if the machine has none of its number. */
function* deviceOf(k: Context, vp: number, who: Looker): Steps<number> {
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  const error = yield* VOP_GETATTR(k, vp, vap, who.cred);
  const dev = k.words[vap + VA.va_rdev];
  yield* kfree(k, M_TEMP, vap);
  return error === 0 ? deviceNodeOf(k, dev) : 0;
}

/** The permission bits that the process gives nobody. */
export function* cmask(k: Context): Steps<number> {
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const mask = k.get(fdp + FD.fd_cmask);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  return mask;
}
