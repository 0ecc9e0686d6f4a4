/**
 * Owns resource limits (sys/kern/kern_plimit.c): one set shared by a process and its forks until one of them
 * changes it. Runs in any thread. Guards: p_refcnt is atomic; a set that is shared does not change, a set of
 * one process is read and changed under its p_token, under which it is also replaced and shared.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import type { Context, Kernel, Steps } from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { kfree, kmalloc, M_PLIMIT } from '../malloc-types.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { priv_check_cred, PRIV_PROC_SETRLIMIT } from './privilege.ts';
import { PL, Plimit, RLIM_INFINITY, RLIM_NLIMITS, RLIMIT_NOFILE, RLIMIT_NPROC } from './ucred.ts';

const T_PLIMIT = mallocType(M_PLIMIT, 'resource limits');

/** Current limit, and the most it may be raised to; RLIM_INFINITY for none. */
export interface Rlimit {
  cur: number;
  max: number;
}

/** The limits of process 0, with one reference, while the machine boots (plimit_init0). */
export function bootPlimit(kernel: Kernel, _g: number): number {
  const limit = kernel.kmem.kmalloc(T_PLIMIT, Plimit.size, M_WAITOK | M_ZERO, 'boot');
  const { words, limits } = kernel;
  words[limit + PL.p_refcnt] = 1;
  words.fill(RLIM_INFINITY, limit + PL.pl_rlimit, limit + PL.pl_rlimit + 2 * RLIM_NLIMITS);
  const set = (which: number, value: number): void => {
    words[wordOf(limit, which)] = value;
    words[wordOf(limit, which) + 1] = value;
  };
  set(RLIMIT_NOFILE, limits.openFiles);
  set(RLIMIT_NPROC, limits.maxprocPerUid);
  return limit;
}

function wordOf(limit: number, which: number): number {
  return limit + PL.pl_rlimit + 2 * which;
}

/** The limits of a process are those of its child as well, an embryo. The caller holds p_token. */
export function plimit_fork(k: Context, p1: number, p2: number): Steps {
  const limit = k.get(p1 + P.p_limit);
  k.set(p2 + P.p_limit, limit);
  return k.fetchadd(limit + PL.p_refcnt, 1) as unknown as Steps;
}

/** Gives a reference back. */
export function plimit_free(k: Context, limit: number): Steps {
  return k.upon(k.fetchadd(limit + PL.p_refcnt, -1), freeLast, limit);
}

function freeLast(k: Context, before: number, limit: number): Steps | null {
  if (before < 1) k.panic(`plimit_free: p_refcnt was ${before}`);
  return before === 1 ? kfree(k, M_PLIMIT, limit) : null;
}

/** Changes one limit of a process, for it alone. The caller holds p_token. */
export function* plimit_modify(k: Context, p: number, which: number, value: Rlimit): Steps {
  let limit = k.get(p + P.p_limit);
  if ((yield* k.load(limit + PL.p_refcnt)) > 1) {
    const copy = yield* kmalloc(k, M_PLIMIT, Plimit.size);
    k.words[copy + PL.p_refcnt] = 1;
    for (let at = PL.pl_rlimit; at < Plimit.size; at++) k.words[copy + at] = k.get(limit + at);
    k.set(p + P.p_limit, copy);
    yield* plimit_free(k, limit);
    limit = copy;
  }
  k.set(wordOf(limit, which), value.cur);
  k.set(wordOf(limit, which) + 1, value.max);
}

/** The current value of a limit of a process. The caller holds p_token. */
export function plimit_cur(k: Context, p: number, which: number): number {
  return k.get(wordOf(k.get(p + P.p_limit), which));
}

/** The current value of a limit of the current process. */
export function* curlimit(k: Context, which: number): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const value = plimit_cur(k, p, which);
  yield* k.reltoken(p + P.p_token);
  return value;
}

/** getrlimit: EINVAL for a resource there is not. */
export function* sys_getrlimit(k: Context, which: number, result: Partial<Rlimit>): Steps<number> {
  if (!isResource(which)) return -EINVAL;
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const at = wordOf(k.get(p + P.p_limit), which);
  result.cur = k.get(at);
  result.max = k.get(at + 1);
  yield* k.reltoken(p + P.p_token);
  return 0;
}

/** setrlimit: EPERM beyond the maximum, except for root. A negative value means none. */
export function* sys_setrlimit(k: Context, which: number, wanted: Readonly<Rlimit>): Steps<number> {
  if (!isResource(which)) return -EINVAL;
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const max = wanted.max < 0 ? RLIM_INFINITY : wanted.max;
  const cur = wanted.cur < 0 ? RLIM_INFINITY : wanted.cur;
  const most = k.get(wordOf(k.get(p + P.p_limit), which) + 1);
  let error = 0;
  if (cur > most || max > most) error = priv_check_cred(k, k.get(p + P.p_ucred), PRIV_PROC_SETRLIMIT);
  if (error === 0) {
    const bounded = { cur: bound(k, which, Math.min(cur, max)), max: bound(k, which, max) };
    yield* plimit_modify(k, p, which, bounded);
  }
  yield* k.reltoken(p + P.p_token);
  return -error;
}

function isResource(which: number): boolean {
  return Number.isInteger(which) && which >= 0 && which < RLIM_NLIMITS;
}

/** What the machine can give at most, and a process needs at least. */
function bound(k: Context, which: number, value: number): number {
  if (which === RLIMIT_NOFILE) return Math.min(value, k.kernel.limits.openFiles);
  if (which !== RLIMIT_NPROC) return value;
  return Math.max(1, Math.min(value, k.peek(procs(k).g + G.g_maxprocperuid)));
}
