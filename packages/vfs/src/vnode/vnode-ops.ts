/**
 * Owns calling the operations of a vnode (NetBSD kern/vnode_if.c): each runs inside a transaction of the
 * vnode's mount, and fetches the function there, so that it is one of the file system the vnode belongs to
 * meanwhile (bug 28). Run by any thread with a reference. Operations that give a vnode give -errno when they
 * fail; the others 0 or an errno.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EOPNOTSUPP } from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { vnode_enter, vnode_leave } from './vnode-enter.ts';
import { V } from './vnode-layout.ts';
import { VOP } from './vnode-ops-layout.ts';

function* inTransaction(k: Context, vp: number, slot: number, a = 0, b = 0, c = 0): Steps<number> {
  if (vfs(k).asSeed['vop-unguarded']) return yield* plainly(k, vp, slot, a, b, c);
  const mp = yield* vnode_enter(k, vp);
  const answer = yield* plainly(k, vp, slot, a, b, c);
  yield* vnode_leave(k, mp);
  return answer;
}

function* plainly(k: Context, vp: number, slot: number, a = 0, b = 0, c = 0): Steps<number> {
  const fn = k.words[k.peek(vp + V.v_op) + slot];
  return fn === 0 ? EOPNOTSUPP : ((yield* k.call(fn, vp, a, b, c)) as number);
}

/** For operations that give a vnode: they have no errno above 0. */
function* forVnode(k: Context, dvp: number, slot: number, a = 0, b = 0): Steps<number> {
  const mp = yield* vnode_enter(k, dvp);
  const fn = k.words[k.peek(dvp + V.v_op) + slot];
  const vp = fn === 0 ? -EOPNOTSUPP : ((yield* k.call(fn, dvp, a, b)) as number);
  yield* vnode_leave(k, mp);
  return vp;
}

export function VOP_LOOKUP(k: Context, dvp: number, cnp: number): Steps<number> {
  return forVnode(k, dvp, VOP.vop_lookup, cnp);
}

export function VOP_CREATE(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return forVnode(k, dvp, VOP.vop_create, cnp, vap);
}

export function VOP_MKNOD(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return forVnode(k, dvp, VOP.vop_mknod, cnp, vap);
}

export function VOP_MKDIR(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return forVnode(k, dvp, VOP.vop_mkdir, cnp, vap);
}

export function VOP_SYMLINK(k: Context, dvp: number, cnp: number, vap: number): Steps<number> {
  return forVnode(k, dvp, VOP.vop_symlink, cnp, vap);
}

export function VOP_OPEN(k: Context, vp: number, mode: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_open, mode, cred);
}

export function VOP_CLOSE(k: Context, vp: number, mode: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_close, mode, cred);
}

export function VOP_ACCESS(k: Context, vp: number, mode: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_access, mode, cred);
}

export function VOP_GETATTR(k: Context, vp: number, vap: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_getattr, vap, cred);
}

export function VOP_SETATTR(k: Context, vp: number, vap: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_setattr, vap, cred);
}

export function VOP_READ(k: Context, vp: number, uio: number, ioflag: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_read, uio, ioflag, cred);
}

export function VOP_WRITE(k: Context, vp: number, uio: number, ioflag: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_write, uio, ioflag, cred);
}

export function VOP_IOCTL(k: Context, vp: number, cmd: number, block: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_ioctl, cmd, block);
}

export function VOP_FSYNC(k: Context, vp: number, waitfor: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_fsync, waitfor, cred);
}

export function VOP_READDIR(k: Context, vp: number, uio: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_readdir, uio, cred);
}

export function VOP_READLINK(k: Context, vp: number, uio: number, cred: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_readlink, uio, cred);
}

export function VOP_REMOVE(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  return inTransaction(k, dvp, VOP.vop_remove, vp, cnp);
}

export function VOP_RMDIR(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  return inTransaction(k, dvp, VOP.vop_rmdir, vp, cnp);
}

export function VOP_LINK(k: Context, dvp: number, vp: number, cnp: number): Steps<number> {
  return inTransaction(k, dvp, VOP.vop_link, vp, cnp);
}

export function VOP_RENAME(
  k: Context,
  fdvp: number,
  fcnp: number,
  tdvp: number,
  tcnp: number,
): Steps<number> {
  return inTransaction(k, fdvp, VOP.vop_rename, fcnp, tdvp, tcnp);
}

export function VOP_PATHCONF(k: Context, vp: number, name: number, value: number): Steps<number> {
  return inTransaction(k, vp, VOP.vop_pathconf, name, value);
}

/** May wait for ever, and so must not keep a suspension waiting (NetBSD PR 52364). */
export function VOP_ADVLOCK(k: Context, vp: number, id: number, op: number, flock: number): Steps<number> {
  return plainly(k, vp, VOP.vop_advlock, id, op, flock);
}

/** Whether the vnode is to be recycled; the caller has it locked, and so is inside. */
export function* VOP_INACTIVE(k: Context, vp: number): Steps<boolean> {
  const fn = k.words[k.peek(vp + V.v_op) + VOP.vop_inactive];
  return fn !== 0 && (yield* k.call(fn, vp)) === 1;
}

/** The file system lets go of it; the caller has it locked, and so is inside. */
export function* VOP_RECLAIM(k: Context, vp: number): Steps {
  const fn = k.words[k.peek(vp + V.v_op) + VOP.vop_reclaim];
  const error = fn === 0 ? 0 : yield* k.call(fn, vp);
  if (error !== 0) k.panic(`VOP_RECLAIM: vnode ${vp} cannot be reclaimed, error ${String(error)}`);
}
