/**
 * Owns the rule by which owner, group and mode bits of a file allow an access (genfs_can_access of NetBSD
 * sys/miscfs/genfs/genfs_vnops.c, before it knew access lists). A pure decision about credentials that the
 * caller holds; no steps. Whoever has fields of a node that change keeps them from changing meanwhile.
 */
import type { Context } from '@smplab/lwkt';
import { CR, EACCES } from '@smplab/proc';
import { VDIR } from '../vnode/vnode-layout.ts';
import { VEXEC } from '../vnode/vnode-ops-layout.ts';

/** Credentials of the kernel itself: nothing is refused to it. */
export const NOCRED = -1;
export const FSCRED = -2;

const ANY_EXEC = 0o111;

/** 0, or EACCES. Ids that count are the effective ones, as in kauth_cred_geteuid. */
export function genfs_can_access(
  k: Context,
  type: number,
  mode: number,
  uid: number,
  gid: number,
  accmode: number,
  cred: number,
): number {
  if (isRoot(k, cred)) {
    // Root may read and write all, but a file that nobody may execute is none.
    const isNoProgram = type !== VDIR && (mode & ANY_EXEC) === 0;
    return (accmode & VEXEC) !== 0 && isNoProgram ? EACCES : 0;
  }
  return (bitsFor(k, mode, uid, gid, cred) & accmode) === accmode ? 0 : EACCES;
}

/** Whether they may change what a file is like. */
export function isOwnerOrRoot(k: Context, uid: number, cred: number): boolean {
  return isRoot(k, cred) || k.get(cred + CR.cr_uid) === uid;
}

/** Whether nothing is refused by mode bits. */
export function isRoot(k: Context, cred: number): boolean {
  return cred === NOCRED || cred === FSCRED || k.get(cred + CR.cr_uid) === 0;
}

/** Whether the credentials are in a group (kauth_cred_ismember_gid). */
export function isInGroup(k: Context, gid: number, cred: number): boolean {
  if (k.get(cred + CR.cr_gid) === gid) return true;
  const count = k.get(cred + CR.cr_ngroups);
  for (let at = 0; at < count; at++) if (k.get(cred + CR.cr_groups + at) === gid) return true;
  return false;
}

/** The three bits that are for these credentials, where the owner's are: the first class counts alone. */
function bitsFor(k: Context, mode: number, uid: number, gid: number, cred: number): number {
  if (k.get(cred + CR.cr_uid) === uid) return mode & 0o700;
  if (isInGroup(k, gid, cred)) return (mode & 0o070) << 3;
  return (mode & 0o007) << 6;
}
