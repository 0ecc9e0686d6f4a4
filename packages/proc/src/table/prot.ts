/**
 * Owns the system calls about pids, groups and sessions (sys/kern/kern_prot.c). Run by the calling thread.
 * Each gives its result, or the negative errno.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { EACCES, EINVAL, EPERM, ESRCH } from '../errno.ts';
import { curproc } from '../proc-kernel.ts';
import { enterpgrp } from './enterpgrp.ts';
import { pfind } from './find.ts';
import { phold, prele } from './hold.ts';
import { inferior } from './inferior.ts';
import { PG, pgfind, pgrel, S } from './pgrp.ts';
import { P, P_EXEC } from './proc.ts';
import { isSessionLeader, sessionOf } from './session.ts';

/** Pid of the calling process. */
export function* sys_getpid(k: Context): Steps<number> {
  return k.get(curproc(k) + P.p_pid);
}

/** Pid of its parent now. */
export function* sys_getppid(k: Context): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const parent = k.get(p + P.p_pptr);
  // The token keeps the parent from leaving its child alone.
  const pid = parent === 0 ? 0 : k.get(parent + P.p_pid);
  yield* k.reltoken(p + P.p_token);
  return pid;
}

/** Number of its group. */
export function* sys_getpgrp(k: Context): Steps<number> {
  return yield* sys_getpgid(k, 0);
}

/** Number of the group of a process; 0 stands for the calling one. */
export function* sys_getpgid(k: Context, pid: number): Steps<number> {
  return yield* about(k, pid, (p) => k.get(k.get(p + P.p_pgrp) + PG.pg_id));
}

/** Number of the session of a process; 0 stands for the calling one. */
export function* sys_getsid(k: Context, pid: number): Steps<number> {
  return yield* about(k, pid, (p) => k.get(sessionOf(k, p) + S.s_sid));
}

/**
 * What `read` finds with p_token held; ESRCH for a process that is in no group, as when it is being forked.
 */
function* about(k: Context, pid: number, read: (p: number) => number): Steps<number> {
  const own = curproc(k);
  const p = pid === 0 ? own : yield* pfind(k, pid);
  if (p === 0) return -ESRCH;
  yield* k.gettoken(p + P.p_token);
  const result = k.get(p + P.p_pgrp) === 0 ? -ESRCH : read(p);
  yield* k.reltoken(p + P.p_token);
  if (pid !== 0) yield* prele(k, p);
  return result;
}

/** Makes a session, with a group, of the calling process: its pid, or EPERM if it leads a group already. */
export function* sys_setsid(k: Context): Steps<number> {
  const p = curproc(k);
  const pid = k.get(p + P.p_pid);
  yield* k.gettoken(p + P.p_token);
  const pg = yield* pgfind(k, pid);
  if (pg !== 0) yield* pgrel(k, pg);
  // Looked at again by enterpgrp: to find the group may have blocked.
  const error = pg === 0 ? yield* enterpgrp(k, p, pid, 1) : EPERM;
  yield* k.reltoken(p + P.p_token);
  return error === 0 ? pid : -error;
}

/**
 * Moves a process (0: the calling one) into a group of its session (0: one of its own). EINVAL for a negative
 * group; ESRCH if it is neither the calling process nor below it; EACCES if it has called exec since; EPERM
 * if it leads a session, is in another session, or its session has no such group.
 */
export function* sys_setpgid(k: Context, pid: number, pgid: number): Steps<number> {
  const own = curproc(k);
  if (pgid < 0) return -EINVAL;
  const isOwn = pid === 0 || pid === k.get(own + P.p_pid);
  const p = isOwn ? own : yield* pfind(k, pid);
  if (p === 0) return -ESRCH;
  if (isOwn) yield* phold(k, p);
  const isBelow = isOwn || (yield* inferior(k, p)) !== 0;
  const error = isBelow ? yield* moveTo(k, p, pgid, isOwn) : ESRCH;
  yield* prele(k, p);
  return error === 0 ? 0 : -error;
}

function* moveTo(k: Context, p: number, pgid: number, isOwn: boolean): Steps<number> {
  const sid = yield* sidOf(k, curproc(k));
  yield* k.gettoken(p + P.p_token);
  let error = targetError(k, p, isOwn, sid);
  if (error === 0) error = yield* enter(k, p, pgid, sid);
  yield* k.reltoken(p + P.p_token);
  return error;
}

/** Number of the session of a process; -1 if it is in none. */
function* sidOf(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const sess = sessionOf(k, p);
  const sid = sess === 0 ? -1 : k.get(sess + S.s_sid);
  yield* k.reltoken(p + P.p_token);
  return sid;
}

/** Why the process may not be moved by the calling one, which is in session `sid`. p_token is held. */
function targetError(k: Context, p: number, isOwn: boolean, sid: number): number {
  if (!isOwn) {
    const sess = sessionOf(k, p);
    if (sess === 0 || k.get(sess + S.s_sid) !== sid) return EPERM;
    // It is a program of its own now: p_flags is decided upon under p_token.
    if ((k.peek(p + P.p_flags) & P_EXEC) !== 0) return EACCES;
  }
  return isSessionLeader(k, p) ? EPERM : 0;
}

/** Moves it, if the group is its own or one of the session. */
function* enter(k: Context, p: number, pgid: number, sid: number): Steps<number> {
  const own = k.get(p + P.p_pid);
  if (pgid === 0 || pgid === own) return yield* enterpgrp(k, p, own, 0);
  const pg = yield* pgfind(k, pgid);
  if (pg === 0) return EPERM;
  const isSame = k.get(k.get(pg + PG.pg_session) + S.s_sid) === sid;
  const error = isSame ? yield* enterpgrp(k, p, pgid, 0) : EPERM;
  // Kept until here, so that the group is still there to be entered.
  yield* pgrel(k, pg);
  return error;
}
