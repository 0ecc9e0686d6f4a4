/**
 * Owns the layout of a row of vnode operations (the vector of NetBSD's vnode_if.src), of what a path lookup
 * asks of a directory (struct componentname) and of what a vnode tells of itself (struct vattr). Pure data: a
 * row is constant from the time it is in a vnode's v_op; the other two belong to the thread that calls.
 */
import { array, bytes, int32, pointer, struct } from '@smplab/kmem';

/** A slot holds a function number; 0 answers EOPNOTSUPP. The functions take k and up to four words. */
export const Vnodeops = struct('vnodeops', {
  /** (dvp, cnp) -> a referenced vnode, or -errno. */
  vop_lookup: int32,
  /** (dvp, cnp, vap) -> a referenced vnode, or -errno. */
  vop_create: int32,
  vop_mknod: int32,
  /** (vp, mode, cred). */
  vop_open: int32,
  vop_close: int32,
  vop_access: int32,
  /** (vp, vap, cred). */
  vop_getattr: int32,
  vop_setattr: int32,
  /** (vp, uio, ioflag, cred). */
  vop_read: int32,
  vop_write: int32,
  /** (vp, cmd, block). */
  vop_ioctl: int32,
  /** (vp, waitfor, cred). */
  vop_fsync: int32,
  /** (dvp, vp, cnp). */
  vop_remove: int32,
  /** (dvp, vp, cnp): vp gets another name. */
  vop_link: int32,
  /** (fdvp, fcnp, tdvp, tcnp). */
  vop_rename: int32,
  /** (dvp, cnp, vap) -> a referenced vnode, or -errno. */
  vop_mkdir: int32,
  /** (dvp, vp, cnp). */
  vop_rmdir: int32,
  /** (dvp, cnp, vap) -> a referenced vnode, or -errno; the target lies where va_symlink points. */
  vop_symlink: int32,
  /** (vp, uio, cred). */
  vop_readdir: int32,
  vop_readlink: int32,
  /** (vp) -> 1: it is of no further use, recycle it. */
  vop_inactive: int32,
  /** (vp): lets go of v_data. */
  vop_reclaim: int32,
  /** (vp, name, value): writes the word at value. */
  vop_pathconf: int32,
  /** (vp, id, op, flock). */
  vop_advlock: int32,
  vop_spare: array(int32, 2),
});

/** Word offsets. */
export const VOP = Vnodeops.offsets;

/** cn_nameiop: what the caller of a lookup is going to do with the name. */
export const NAMEI_LOOKUP = 0;
export const NAMEI_CREATE = 1;
export const NAMEI_DELETE = 2;
export const NAMEI_RENAME = 3;

/** cn_flags. */
export const CN_ISDOTDOT = 0x2000;
export const CN_ISLASTCN = 0x8000;
export const CN_MAKEENTRY = 0x4000;

export const CN_NAME_BYTES = 64;

export const Componentname = struct('componentname', {
  cn_nameiop: int32,
  cn_flags: int32,
  cn_cred: pointer('ucred'),
  /** One component, ended by NUL. */
  cn_name: bytes(CN_NAME_BYTES),
});

/** Word offsets. */
export const CN = Componentname.offsets;

/** A field of Vattr that nobody has set: VOP_SETATTR leaves it as it is. */
export const VNOVAL = -1;

export const Vattr = struct('vattr', {
  va_type: int32,
  va_mode: int32,
  va_nlink: int32,
  va_uid: int32,
  va_gid: int32,
  va_fsid: int32,
  /** Low word, high word. */
  va_fileid: array(int32, 2),
  va_size: int32,
  va_blocksize: int32,
  va_atime: int32,
  va_mtime: int32,
  va_ctime: int32,
  va_birthtime: int32,
  va_flags: int32,
  va_rdev: int32,
  /** Bytes of storage it takes. */
  va_bytes: int32,
  /** For VOP_SYMLINK: address of the target's text, ended by NUL. */
  va_symlink: int32,
});

/** Word offsets. */
export const VA = Vattr.offsets;

/** Access modes of VOP_ACCESS and VOP_OPEN. */
export const VEXEC = 0o100;
export const VWRITE = 0o200;
export const VREAD = 0o400;
