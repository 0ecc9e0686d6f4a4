/**
 * Owns who may do what (suser, priv_check_cred and p_trespass of sys/kern/kern_prot.c, with the part of
 * prison_priv_check that this kernel needs). Pure decisions about credentials that the caller holds.
 */
import type { Context } from '@smplab/lwkt';
import { EPERM, ESRCH } from '../errno.ts';
import { jailed, PRISON_CHECK } from './prison-count.ts';
import { CR } from './ucred.ts';

/** Privileges; the numbers are our own. */
export const PRIV_ROOT = 1;
export const PRIV_JAIL_CREATE = 2;
export const PRIV_CRED = 3;
export const PRIV_PROC_SETLOGIN = 4;
export const PRIV_PROC_SETRLIMIT = 5;
export const PRIV_PROC_TRESPASS = 6;
export const PRIV_VFS_CHROOT = 7;
export const PRIV_VFS_ACCESS = 8;
export const PRIV_SYSCTL_WRITE = 9;
export const PRIV_SYSCTL_WRITEJAIL = 10;

/** What root may do in a jail as well (prison_priv_check): to itself, its jail, and files it can reach. */
const IN_JAIL: readonly number[] = [
  PRIV_CRED,
  PRIV_PROC_SETLOGIN,
  PRIV_PROC_SETRLIMIT,
  PRIV_PROC_TRESPASS,
  PRIV_VFS_CHROOT,
  PRIV_VFS_ACCESS,
  PRIV_SYSCTL_WRITEJAIL,
];

/** 0, or EPERM if the credentials do not give the privilege. */
export function priv_check_cred(k: Context, cr: number, privilege = PRIV_ROOT): number {
  if (k.get(cr + CR.cr_uid) !== 0) return EPERM;
  return jailed(k, cr) && !IN_JAIL.includes(privilege) ? EPERM : 0;
}

/** 0 for root outside of any jail, EPERM for all others. */
export function suser(k: Context, cr: number): number {
  return priv_check_cred(k, cr, PRIV_ROOT);
}

/** 0 if the owner of `cr1` may act upon the owner of `cr2`, ESRCH if it must not know of it, or EPERM. */
export function p_trespass(k: Context, cr1: number, cr2: number): number {
  if (cr1 === cr2) return 0;
  if (!PRISON_CHECK(k, cr1, cr2)) return ESRCH;
  const actors = [k.get(cr1 + CR.cr_ruid), k.get(cr1 + CR.cr_uid)];
  if (actors.includes(k.get(cr2 + CR.cr_ruid)) || actors.includes(k.get(cr2 + CR.cr_uid))) return 0;
  return priv_check_cred(k, cr1, PRIV_PROC_TRESPASS);
}

/** Whether credentials are in a group: the effective one, or one of the others (groupmember). */
export function groupmember(k: Context, gid: number, cr: number): boolean {
  const count = k.get(cr + CR.cr_ngroups);
  for (let at = 0; at < count; at++) {
    if (k.get(cr + CR.cr_groups + at) === gid) return true;
  }
  return k.get(cr + CR.cr_gid) === gid;
}
