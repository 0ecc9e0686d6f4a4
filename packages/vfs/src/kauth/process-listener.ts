/**
 * Owns what the kernel itself says about actions on processes (listeners of scope process of NetBSD
 * sys/kern: kern_proc.c, kern_sig.c, kern_resource.c, sys_ptrace_common.c, kern_event.c, in one function):
 * what belongs to everybody, and what to who owns the process. It never says DENY; what it leaves open is for
 * root. Runs in whoever asks, who keeps the process from going away; takes p_spin for its credentials, and
 * p_token where more is looked at.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { curproc, P, P_SUGID, PG, proc_ucred_drop, proc_ucred_hold, SIGCONT } from '@smplab/proc';
import {
  KAUTH_PROCESS_CANSEE,
  KAUTH_PROCESS_CORENAME,
  KAUTH_PROCESS_FORK,
  KAUTH_PROCESS_KEVENT_FILTER,
  KAUTH_PROCESS_NICE,
  KAUTH_PROCESS_PTRACE,
  KAUTH_PROCESS_RLIMIT,
  KAUTH_PROCESS_SCHEDULER_GETPARAM,
  KAUTH_PROCESS_SIGNAL,
  KAUTH_PROCESS_STOPFLAG,
  KAUTH_REQ_PROCESS_CANSEE_ENV,
  KAUTH_REQ_PROCESS_PTRACE_CONTROL,
  KAUTH_REQ_PROCESS_RLIMIT_GET,
} from './kauth-actions.ts';
import { kauth_cred_geteuid, kauth_cred_getuid, kauth_cred_uidmatch, proc_uidmatch } from './kauth-cred.ts';
import { KAUTH_RESULT_ALLOW, KAUTH_RESULT_DEFER } from './kauth-layout.ts';

/** Processes that only root may fork beyond (maxproc - 5 in kern_fork.c). */
const KEPT_FOR_ROOT = 5;

/** ALLOW or DEFER. The arguments are those of the action (kauth-actions.ts). */
export function* kauth_process_listener(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  p: number,
  arg1: number,
  arg2: number,
  arg3: number,
): Steps<number> {
  if (action === KAUTH_PROCESS_FORK) {
    // arg1: how many there are, arg2: the most there may be.
    return answer(arg1 < arg2 - KEPT_FOR_ROOT);
  }
  if (action === KAUTH_PROCESS_RLIMIT) {
    // arg2: the limit that holds, arg3: the one that is wanted.
    return answer(arg1 === KAUTH_REQ_PROCESS_RLIMIT_GET || (p === curproc(k) && arg3 <= arg2));
  }
  if (action === KAUTH_PROCESS_CANSEE && arg1 !== KAUTH_REQ_PROCESS_CANSEE_ENV) return KAUTH_RESULT_ALLOW;
  if (action === KAUTH_PROCESS_PTRACE && arg1 === KAUTH_REQ_PROCESS_PTRACE_CONTROL) return KAUTH_RESULT_ALLOW;
  const target = yield* proc_ucred_hold(k, p);
  const isAllowed = target !== 0 && (yield* ownerMay(k, cred, target, action, p, arg1));
  yield* proc_ucred_drop(k, target);
  return answer(isAllowed);
}

/** What comes with owning the process in one way or another. */
function* ownerMay(
  k: Context,
  cred: number,
  target: number,
  action: number,
  p: number,
  arg1: number,
): Steps<boolean> {
  switch (action) {
    case KAUTH_PROCESS_CANSEE:
    case KAUTH_PROCESS_CORENAME:
    case KAUTH_PROCESS_STOPFLAG:
      return proc_uidmatch(k, cred, target);
    case KAUTH_PROCESS_SCHEDULER_GETPARAM:
      return kauth_cred_uidmatch(k, cred, target);
    case KAUTH_PROCESS_SIGNAL:
      if (kauth_cred_uidmatch(k, cred, target)) return true;
      return arg1 === SIGCONT && (yield* isInSession(k, p));
    case KAUTH_PROCESS_NICE:
      return ownsByEffectiveUser(k, cred, target) && arg1 >= (yield* niceOf(k, p));
    case KAUTH_PROCESS_PTRACE:
    case KAUTH_PROCESS_KEVENT_FILTER: {
      if (kauth_cred_getuid(k, cred) !== kauth_cred_getuid(k, target)) return false;
      return ((yield* k.load(p + P.p_flags)) & P_SUGID) === 0;
    }
    default:
      return false;
  }
}

function ownsByEffectiveUser(k: Context, cred: number, target: number): boolean {
  const euid = kauth_cred_geteuid(k, target);
  return kauth_cred_geteuid(k, cred) === euid || kauth_cred_getuid(k, cred) === euid;
}

function* niceOf(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const nice = k.get(p + P.p_nice);
  yield* k.reltoken(p + P.p_token);
  return nice;
}

/** Whether a process is in the session of the current one. */
function* isInSession(k: Context, p: number): Steps<boolean> {
  const mine = curproc(k);
  if (mine === 0) return false;
  const session = yield* sessionOf(k, mine);
  return session !== 0 && session === (yield* sessionOf(k, p));
}

function* sessionOf(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const pgrp = k.get(p + P.p_pgrp);
  const session = pgrp === 0 ? 0 : k.get(pgrp + PG.pg_session);
  yield* k.reltoken(p + P.p_token);
  return session;
}

function answer(isAllowed: boolean): number {
  return isAllowed ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}
