/**
 * Owns tracing (kern_ptrace of sys/kern/sys_process.c): a tracer becomes the parent of the process, which
 * stops for each signal and is waited for with wait4; stopped and waited for, it is looked at, changed and
 * continued. Run by the tracer's thread. Guards: p_token of the process that is traced.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { PRISON_CHECK } from '../cred/prison-count.ts';
import { priv_check_cred } from '../cred/privilege.ts';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { CR } from '../cred/ucred.ts';
import { EAGAIN, EBUSY, EINVAL, EPERM, ESRCH } from '../errno.ts';
import { FN_PROC_READWORD, FN_PROC_REPARENT, FN_PROC_WRITEWORD } from '../functions.ts';
import { curlwp, curproc, procs } from '../proc-kernel.ts';
import { pfind } from '../table/find.ts';
import { phold, prele } from '../table/hold.ts';
import { L, LWP_MP_STEP } from '../table/lwp.ts';
import { P, P_INEXEC, P_SUGID, P_SYSTEM, P_TRACED, P_WAITED, P_WEXIT, SSTOP } from '../table/proc.ts';
import { ksignal } from './ksignal.ts';
import { markAll } from './notify.ts';
import { sigbit } from './sigacts.ts';
import { isSignal, SIGKILL, SIGSTOP } from './signals.ts';
import { proc_unstop } from './stop.ts';
import { tellWatchers } from './watch.ts';

/** Requests, with the numbers of DragonFly. */
export const PT_TRACE_ME = 0;
export const PT_READ_I = 1;
export const PT_READ_D = 2;
export const PT_WRITE_I = 4;
export const PT_WRITE_D = 5;
export const PT_CONTINUE = 7;
export const PT_KILL = 8;
export const PT_STEP = 9;
export const PT_ATTACH = 10;
export const PT_DETACH = 11;

/** Address of PT_CONTINUE, PT_STEP and PT_DETACH: where it is. */
export const PT_HERE = 1;

/**
 * Traces. The word for PT_READ_I and PT_READ_D, in `result`; else 0. Of a generator program the place where
 * it goes on cannot be changed.
 */
export function* sys_ptrace(
  k: Context,
  request: number,
  pid: number,
  address: number,
  data: number,
  result: { word: number } | null = null,
): Steps<number> {
  const own = curproc(k);
  const p = request === PT_TRACE_ME ? own : yield* pfind(k, pid);
  if (p === 0) return -ESRCH;
  if (request === PT_TRACE_ME) yield* phold(k, p);
  yield* k.gettoken(p + P.p_token);
  let error = yield* checked(k, request, own, p);
  if (error === 0) error = yield* perform(k, request, own, p, address, data);
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  if (error !== 0) return -error;
  if (request !== PT_READ_I && request !== PT_READ_D) return 0;
  const word = k.words[curlwp(k) + L.lwp_datum];
  if (result !== null) result.word = word;
  // A word with the sign bit reads as an error where there is no `result`.
  return result === null ? word : 0;
}

/** Whether the request may be made. The caller holds p_token. */
function* checked(k: Context, request: number, own: number, p: number): Steps<number> {
  const cr = yield* curcred_hold(k);
  const error = ptrace_check(k, request, cr, own, p);
  yield* crfree(k, cr);
  return error;
}

/** Whether the process `own` may make the request with these credentials. The caller holds p_token. */
export function ptrace_check(k: Context, request: number, cr: number, own: number, p: number): number {
  const target = k.get(p + P.p_ucred);
  if (target === 0 || !PRISON_CHECK(k, cr, target)) return ESRCH;
  const flags = k.peek(p + P.p_flags);
  if ((flags & P_SYSTEM) !== 0) return EINVAL;
  if ((flags & P_INEXEC) !== 0) return EAGAIN;
  if ((flags & P_WEXIT) !== 0) return ESRCH;
  if (request === PT_TRACE_ME) return 0;
  if (request === PT_ATTACH) return checkAttach(k, cr, own, p, target, flags);
  if (!REQUESTS.includes(request)) return EINVAL;
  if ((flags & P_TRACED) === 0) return EPERM;
  if (k.get(p + P.p_pptr) !== own) return EBUSY;
  return k.get(p + P.p_stat) === SSTOP && (flags & P_WAITED) !== 0 ? 0 : EBUSY;
}

const REQUESTS: readonly number[] = [
  PT_READ_I,
  PT_READ_D,
  PT_WRITE_I,
  PT_WRITE_D,
  PT_CONTINUE,
  PT_KILL,
  PT_STEP,
  PT_DETACH,
];

function checkAttach(k: Context, cr: number, own: number, p: number, target: number, flags: number): number {
  if (p === own) return EINVAL;
  if ((flags & P_TRACED) !== 0) return EBUSY;
  // A process that is traced cannot trace its tracer.
  if ((k.peek(own + P.p_flags) & P_TRACED) !== 0 && k.peek(own + P.p_pptr) === p) return EINVAL;
  const isOwn = k.get(target + CR.cr_ruid) === k.get(cr + CR.cr_ruid) && (flags & P_SUGID) === 0;
  return isOwn ? 0 : priv_check_cred(k, cr);
}

/** The caller holds p_token. */
function* perform(
  k: Context,
  request: number,
  own: number,
  p: number,
  address: number,
  data: number,
): Steps<number> {
  switch (request) {
    case PT_TRACE_ME:
      k.set(p + P.p_oppid, parentPid(k, p));
      yield* k.or(p + P.p_flags, P_TRACED);
      return 0;
    case PT_ATTACH:
      yield* ptrace_attach(k, own, p);
      return 0;
    case PT_READ_I:
    case PT_READ_D:
      return (yield* k.call(FN_PROC_READWORD, p, address, curlwp(k) + L.lwp_datum)) as number;
    case PT_WRITE_I:
    case PT_WRITE_D:
      return (yield* k.call(FN_PROC_WRITEWORD, p, address, data)) as number;
    case PT_KILL:
      yield* ptrace_resume(k, p, SIGKILL);
      return 0;
    default:
      return yield* goOn(k, request, p, address, data);
  }
}

/** The process `own` is the tracer from here on, and the parent. The caller holds p_token. */
export function* ptrace_attach(k: Context, own: number, p: number): Steps {
  yield* k.or(p + P.p_flags, P_TRACED);
  k.set(p + P.p_oppid, parentPid(k, p));
  yield* k.call(FN_PROC_REPARENT, p, own);
  yield* attachStop(k, p);
}

/** A process that is stopped already goes on as far as the signal that stops it for its tracer. */
function* attachStop(k: Context, p: number): Steps {
  if (k.get(p + P.p_stat) !== SSTOP) {
    yield* ksignal(k, p, SIGSTOP);
    return;
  }
  yield* k.or(p + P.p_siglist, sigbit(SIGSTOP));
  yield* markAll(k, p, sigbit(SIGSTOP));
  yield* proc_unstop(k, p, SSTOP);
}

function parentPid(k: Context, p: number): number {
  const parent = k.get(p + P.p_pptr);
  return parent === 0 ? 0 : k.get(parent + P.p_pid);
}

/** PT_CONTINUE, PT_STEP and PT_DETACH, with a signal to take or 0. */
function* goOn(k: Context, request: number, p: number, address: number, data: number): Steps<number> {
  if (data !== 0 && !isSignal(data)) return EINVAL;
  if (address !== PT_HERE && address !== 0) return EINVAL;
  if (k.get(p + P.p_lwp_tree) === 0) return EINVAL;
  if (request === PT_STEP) yield* ptrace_single_step(k, p);
  if (request === PT_DETACH) yield* ptrace_detach(k, p);
  yield* ptrace_resume(k, p, data);
  return 0;
}

/** Its first lwp stops again after one operation (process_sstep). The caller holds p_token. */
export function* ptrace_single_step(k: Context, p: number): Steps<number> {
  const lp = k.get(p + P.p_lwp_tree);
  if (lp === 0) return EINVAL;
  yield* k.or(lp + L.lwp_mpflags, LWP_MP_STEP);
  return 0;
}

/** The process goes back to the parent it had. The caller holds p_token. */
export function* ptrace_detach(k: Context, p: number): Steps {
  const pid = k.get(p + P.p_oppid);
  if (pid !== parentPid(k, p)) {
    const parent = yield* pfind(k, pid);
    if (parent !== 0) {
      yield* k.call(FN_PROC_REPARENT, p, parent);
      // Before 2011-03-10 the hold of pfind was never given back (P30).
      if (!procs(k).asSeed['detach-hold-leak']) yield* prele(k, parent);
    }
  }
  yield* k.and(p + P.p_flags, ~(P_TRACED | P_WAITED));
  k.set(p + P.p_oppid, 0);
  yield* tellWatchers(k, p);
}

/** A stopped process takes the signal, or none, and goes on; another one is sent it. Under p_token. */
export function* ptrace_resume(k: Context, p: number, signal: number): Steps {
  if (k.get(p + P.p_stat) !== SSTOP) {
    if (signal !== 0) yield* ksignal(k, p, signal);
    return;
  }
  k.set(p + P.p_xstat, signal);
  if (signal === SIGKILL) yield* ksignal(k, p, signal);
  else yield* proc_unstop(k, p, SSTOP);
}
