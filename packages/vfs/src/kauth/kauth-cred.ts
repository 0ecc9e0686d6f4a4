/**
 * Owns what kauth knows of credentials (NetBSD sys/kern/kern_auth.c: kauth_cred_get* and comparisons), which
 * are the ucreds of the process table. Pure looks at credentials that the caller holds and that do not change
 * once others see them; runs in any thread. Names are NetBSD's: uid is the real one, euid the effective one.
 */
import type { Context } from '@smplab/lwkt';
import { CR } from '@smplab/proc';

export function kauth_cred_getuid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_ruid);
}

export function kauth_cred_geteuid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_uid);
}

export function kauth_cred_getsvuid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_svuid);
}

export function kauth_cred_getgid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_rgid);
}

export function kauth_cred_getegid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_gid);
}

export function kauth_cred_getsvgid(k: Context, cred: number): number {
  return k.get(cred + CR.cr_svgid);
}

/** How many groups there are besides the effective one. */
export function kauth_cred_ngroups(k: Context, cred: number): number {
  return k.get(cred + CR.cr_ngroups);
}

/** One of them. */
export function kauth_cred_group(k: Context, cred: number, index: number): number {
  k.assert(index >= 0 && index < kauth_cred_ngroups(k, cred), `kauth_cred_group: no group ${index}`);
  return k.get(cred + CR.cr_groups + index);
}

/** Whether a group is one of them. */
export function kauth_cred_ismember_gid(k: Context, cred: number, gid: number): boolean {
  const count = kauth_cred_ngroups(k, cred);
  for (let at = 0; at < count; at++) if (k.get(cred + CR.cr_groups + at) === gid) return true;
  return false;
}

/** Whether a group is the effective one or one of them. */
export function kauth_cred_groupmember(k: Context, cred: number, gid: number): boolean {
  return kauth_cred_getegid(k, cred) === gid || kauth_cred_ismember_gid(k, cred, gid);
}

/** Whether one of real and effective user is the real or effective user of the other credentials. */
export function kauth_cred_uidmatch(k: Context, cred1: number, cred2: number): boolean {
  if (cred1 === cred2) return true;
  const others = [kauth_cred_getuid(k, cred2), kauth_cred_geteuid(k, cred2)];
  return others.includes(kauth_cred_getuid(k, cred1)) || others.includes(kauth_cred_geteuid(k, cred1));
}

/** Whether the real user owns a process with these credentials for good (proc_uidmatch). */
export function proc_uidmatch(k: Context, cred: number, target: number): boolean {
  const uid = kauth_cred_getuid(k, cred);
  return uid === kauth_cred_getuid(k, target) && uid === kauth_cred_getsvuid(k, target);
}
