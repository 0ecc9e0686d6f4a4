/**
 * Owns the calls about who a process is (sys/kern/kern_prot.c): user and group ids and supplementary groups.
 * What a call may lead to is in ids.ts. Runs in the thread of the caller. Guards: p_token from the look at
 * the old credentials to the new ones being in place, so calls of several lwps come one after the other.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { curproc } from '../proc-kernel.ts';
import { P, P_SUGID } from '../table/proc.ts';
import {
  type Decision,
  decideSet,
  decideSetEffective,
  decideSetres,
  decideSetreuid,
  type Ids,
} from './ids.ts';
import { priv_check_cred, PRIV_CRED } from './privilege.ts';
import { crdup, crfree, curcred_hold, proc_setcred } from './ucred-life.ts';
import { CR, NGROUPS } from './ucred.ts';
import { chgproccnt, uidrop, uifind } from './uidinfo.ts';

/** Descriptors of procfs stay usable over a set-id exec (PF_ISUGID). */
const PF_ISUGID = 1;

type Rule = (ids: Ids, isRoot: boolean) => Decision;

// ---- new credentials
// ------------------------------------------------------------------------------------------

/** The process has had other credentials: procfs and core dumps keep away (setsugid). */
export function* setsugid(k: Context, p: number): Steps {
  yield* k.or(p + P.p_flags, P_SUGID);
  const stops = k.peek(p + P.p_stops);
  if (stops !== 0 && (k.peek(p + P.p_pfsflags) & PF_ISUGID) === 0) yield* k.storeRelaxed(p + P.p_stops, 0);
}

/** Gives a private ucred another effective user (change_euid). */
export function* crSetEuid(k: Context, cr: number, uid: number): Steps {
  const old = k.words[cr + CR.cr_uidinfo];
  const ui = yield* uifind(k, uid);
  k.words[cr + CR.cr_uid] = uid;
  k.words[cr + CR.cr_uidinfo] = ui;
  yield* uidrop(k, old);
}

/**
 * Gives a private ucred, about to be that of a process, another real user, who it counts for (change_ruid).
 */
export function* crSetRuid(k: Context, cr: number, uid: number): Steps {
  const old = k.words[cr + CR.cr_ruidinfo];
  const ui = yield* uifind(k, uid);
  yield* chgproccnt(k, ui, 1, 0);
  yield* chgproccnt(k, old, -1, 0);
  k.words[cr + CR.cr_ruid] = uid;
  k.words[cr + CR.cr_ruidinfo] = ui;
  yield* uidrop(k, old);
}

/** Gives a private ucred another effective group, which is the first of its groups. */
export function crSetEgid(k: Context, cr: number, gid: number): void {
  k.words[cr + CR.cr_gid] = gid;
  k.words[cr + CR.cr_groups] = gid;
}

function* changeUsers(k: Context, rule: Rule): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const old = k.get(p + P.p_ucred);
  const ids = usersOf(k, old);
  const next = rule(ids, priv_check_cred(k, old, PRIV_CRED) === 0);
  if (typeof next !== 'number' && !isSame(ids, next)) {
    const cr = yield* crdup(k, old);
    if (next.real !== ids.real) yield* crSetRuid(k, cr, next.real);
    if (next.effective !== ids.effective) yield* crSetEuid(k, cr, next.effective);
    k.words[cr + CR.cr_svuid] = next.saved;
    yield* proc_setcred(k, p, cr);
    yield* setsugid(k, p);
  }
  yield* k.reltoken(p + P.p_token);
  return typeof next === 'number' ? -next : 0;
}

function* changeGroups(k: Context, rule: Rule): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const old = k.get(p + P.p_ucred);
  const ids = groupsOf(k, old);
  const next = rule(ids, priv_check_cred(k, old, PRIV_CRED) === 0);
  if (typeof next !== 'number' && !isSame(ids, next)) {
    const cr = yield* crdup(k, old);
    crSetEgid(k, cr, next.effective);
    k.words[cr + CR.cr_rgid] = next.real;
    k.words[cr + CR.cr_svgid] = next.saved;
    yield* proc_setcred(k, p, cr);
    yield* setsugid(k, p);
  }
  yield* k.reltoken(p + P.p_token);
  return typeof next === 'number' ? -next : 0;
}

function usersOf(k: Context, cr: number): Ids {
  return {
    effective: k.get(cr + CR.cr_uid),
    real: k.get(cr + CR.cr_ruid),
    saved: k.get(cr + CR.cr_svuid),
  };
}

function groupsOf(k: Context, cr: number): Ids {
  return {
    effective: k.get(cr + CR.cr_gid),
    real: k.get(cr + CR.cr_rgid),
    saved: k.get(cr + CR.cr_svgid),
  };
}

function isSame(one: Ids, other: Ids): boolean {
  return one.effective === other.effective && one.real === other.real && one.saved === other.saved;
}

// ---- the calls
// --------------------------------------------------------------------------------------------------

export function sys_setuid(k: Context, uid: number): Steps<number> {
  return changeUsers(k, (ids, isRoot) => decideSet(ids, isRoot, uid));
}

export function sys_seteuid(k: Context, uid: number): Steps<number> {
  return changeUsers(k, (ids, isRoot) => decideSetEffective(ids, isRoot, uid));
}

export function sys_setreuid(k: Context, ruid: number, euid: number): Steps<number> {
  return changeUsers(k, (ids, isRoot) => decideSetreuid(ids, isRoot, ruid, euid));
}

export function sys_setresuid(k: Context, ruid: number, euid: number, suid: number): Steps<number> {
  return changeUsers(k, (ids, isRoot) => decideSetres(ids, isRoot, ruid, euid, suid));
}

export function sys_setgid(k: Context, gid: number): Steps<number> {
  return changeGroups(k, (ids, isRoot) => decideSet(ids, isRoot, gid));
}

export function sys_setegid(k: Context, gid: number): Steps<number> {
  return changeGroups(k, (ids, isRoot) => decideSetEffective(ids, isRoot, gid));
}

export function sys_setregid(k: Context, rgid: number, egid: number): Steps<number> {
  return changeGroups(k, (ids, isRoot) => decideSetreuid(ids, isRoot, rgid, egid));
}

export function sys_setresgid(k: Context, rgid: number, egid: number, sgid: number): Steps<number> {
  return changeGroups(k, (ids, isRoot) => decideSetres(ids, isRoot, rgid, egid, sgid));
}

/** setgroups: the first one is the effective group; of an empty list that one alone stays. */
export function* sys_setgroups(k: Context, gids: readonly number[]): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const old = k.get(p + P.p_ucred);
  let error = priv_check_cred(k, old, PRIV_CRED);
  if (error === 0 && gids.length > NGROUPS) error = EINVAL;
  if (error === 0) {
    const cr = yield* crdup(k, old);
    if (gids.length > 0) crSetEgid(k, cr, gids[0]);
    for (let at = 1; at < NGROUPS; at++) k.words[cr + CR.cr_groups + at] = gids[at] ?? 0;
    k.words[cr + CR.cr_ngroups] = Math.max(gids.length, 1);
    yield* proc_setcred(k, p, cr);
    yield* setsugid(k, p);
  }
  yield* k.reltoken(p + P.p_token);
  return -error;
}

/** getgroups: how many there are; with room for fewer than that EINVAL, with room for none nothing else. */
export function* sys_getgroups(k: Context, room: number, result: { groups?: number[] }): Steps<number> {
  const cr = yield* curcred_hold(k);
  const count = k.get(cr + CR.cr_ngroups);
  const isShort = room !== 0 && room < count;
  if (room !== 0 && !isShort) {
    result.groups = Array.from({ length: count }, (_, at) => k.get(cr + CR.cr_groups + at));
  }
  yield* crfree(k, cr);
  return isShort ? -EINVAL : count;
}

/** Real, effective and saved id. */
export interface ResIds {
  real: number;
  effective: number;
  saved: number;
}

export function* sys_getresuid(k: Context, result: Partial<ResIds>): Steps<number> {
  const cr = yield* curcred_hold(k);
  Object.assign(result, usersOf(k, cr));
  yield* crfree(k, cr);
  return 0;
}

export function* sys_getresgid(k: Context, result: Partial<ResIds>): Steps<number> {
  const cr = yield* curcred_hold(k);
  Object.assign(result, groupsOf(k, cr));
  yield* crfree(k, cr);
  return 0;
}

export function sys_getuid(k: Context): Steps<number> {
  return idOf(k, CR.cr_ruid);
}

export function sys_geteuid(k: Context): Steps<number> {
  return idOf(k, CR.cr_uid);
}

export function sys_getgid(k: Context): Steps<number> {
  return idOf(k, CR.cr_rgid);
}

export function sys_getegid(k: Context): Steps<number> {
  return idOf(k, CR.cr_gid);
}

function* idOf(k: Context, field: number): Steps<number> {
  const cr = yield* curcred_hold(k);
  const id = k.get(cr + field);
  yield* crfree(k, cr);
  return id;
}

/** Whether the process has had other credentials since its last plain exec. */
export function* sys_issetugid(k: Context): Steps<number> {
  return ((yield* k.load(curproc(k) + P.p_flags)) & P_SUGID) === 0 ? 0 : 1;
}
