/**
 * Owns what nodes in memory allow whom. Decisions without steps; the caller holds rm_lock of the mount.
 */
import type { Context } from '@smplab/lwkt';
import { EACCES, ENOENT, ENOTDIR, EPERM } from '@smplab/proc';
import { EROFS } from '../errno.ts';
import { M, MNT_RDONLY } from '../mount/mount-layout.ts';
import { genfs_can_access, isOwnerOrRoot } from '../name/genfs-access.ts';
import { VEXEC, VWRITE } from '../vnode/vnode-ops-layout.ts';
import { RM, RN } from './ramfs-layout.ts';
import { isDirectory } from './ramnode.ts';

const S_ISVTX = 0o1000;

/** 0 or EACCES, by mode bits. */
function ramnode_access(k: Context, node: number, accmode: number, cred: number): number {
  const type = k.get(node + RN.rn_type);
  const mode = k.get(node + RN.rn_mode);
  return genfs_can_access(k, type, mode, k.get(node + RN.rn_uid), k.get(node + RN.rn_gid), accmode, cred);
}

/** Whether the mount of a node cannot be written. */
export function isReadOnly(k: Context, node: number): boolean {
  const mp = k.words[k.words[node + RN.rn_fs] + RM.rm_mount];
  return (k.peek(mp + M.mnt_flag) & MNT_RDONLY) !== 0;
}

/** 0, or why a name cannot be looked for in a node. */
export function maySearch(k: Context, directory: number, cred: number): number {
  return isDirectory(k, directory) ? ramnode_access(k, directory, VEXEC, cred) : ENOTDIR;
}

/** 0, or why there can be no new name in a directory. */
export function mayEnter(k: Context, directory: number, cred: number): number {
  const error = maySearch(k, directory, cred);
  if (error !== 0) return error;
  // It has been removed: whoever is in it still stays there, but nothing comes to it.
  if (k.get(directory + RN.rn_parent) === 0) return ENOENT;
  if (isReadOnly(k, directory)) return EROFS;
  return ramnode_access(k, directory, VWRITE, cred);
}

/** 0, or why a name of a node cannot be taken out of a directory: one that is sticky asks for an owner. */
export function mayRemove(k: Context, directory: number, node: number, cred: number): number {
  const error = mayEnter(k, directory, cred);
  if (error !== 0 || (k.get(directory + RN.rn_mode) & S_ISVTX) === 0) return error;
  const isOwner = [directory, node].some((each) => isOwnerOrRoot(k, k.get(each + RN.rn_uid), cred));
  return isOwner ? 0 : EPERM;
}

/** 0, or EPERM for who is neither the owner nor root. */
export function mayChange(k: Context, node: number, cred: number): number {
  return isOwnerOrRoot(k, k.get(node + RN.rn_uid), cred) ? 0 : EPERM;
}

/** 0, or why a node cannot be accessed (VOP_ACCESS). */
export function mayAccess(k: Context, node: number, accmode: number, cred: number): number {
  if ((accmode & VWRITE) !== 0 && isReadOnly(k, node)) return EROFS;
  return ramnode_access(k, node, accmode, cred) === 0 ? 0 : EACCES;
}
