/**
 * Owns the hooks of forks, execs, exits and reaped zombies under their BSD names: who establishes them, and
 * where they are run. Run by the thread that forks, execs or exits, outside spinlocks; hooks may sleep, so
 * that every token of the thread may be lost meanwhile.
 */
import { type Context, EV_EXEC, EV_EXIT, EV_FORK, type Steps } from '@smplab/lwkt';
import { PSTALL } from '../table/hold.ts';
import { P, P_REAPED, P_SUGID } from '../table/proc.ts';
import type { ExecWords, ExitWords, ForkWords, ReapWords } from './hook-event.ts';
import { HOOK_EXEC, HOOK_EXIT, HOOK_FORK, HOOK_REAP } from './hook-layout.ts';
import { hook_disestablish, hook_establish, hooksCount, hooks_run } from './hook-list.ts';

/** Runs a registered function `(k, p2, p1, cookie)` at each fork. */
export function forkhook_establish(k: Context, fn: number, cookie: number): Steps<number> {
  return hook_establish(k, HOOK_FORK, fn, cookie);
}

export function forkhook_disestablish(k: Context, hook: number): Steps {
  return hook_disestablish(k, HOOK_FORK, hook);
}

/** Runs a registered function `(k, p, cookie)` at each exec, once image and credentials are the new ones. */
export function exechook_establish(k: Context, fn: number, cookie: number): Steps<number> {
  return hook_establish(k, HOOK_EXEC, fn, cookie);
}

export function exechook_disestablish(k: Context, hook: number): Steps {
  return hook_disestablish(k, HOOK_EXEC, hook);
}

/** Runs a registered function `(k, p, cookie)` at each exit, before the process is a zombie. */
export function exithook_establish(k: Context, fn: number, cookie: number): Steps<number> {
  return hook_establish(k, HOOK_EXIT, fn, cookie);
}

export function exithook_disestablish(k: Context, hook: number): Steps {
  return hook_disestablish(k, HOOK_EXIT, hook);
}

/** The parent `p1` has made the child `p2` (doforkhooks). */
export function forkhooks_run(k: Context, p2: number, p1: number): Steps {
  const childPid = k.words[p2 + P.p_pid];
  const parentPid = k.words[p1 + P.p_pid];
  k.cpu.events?.emit(EV_FORK, parentPid, childPid, 0);
  const words = (): ForkWords => ({ parent: p1, child: p2, parentPid, childPid });
  const runIfAny = (_k: Context, count: number): Steps | null =>
    count === 0 ? null : hooks_run(k, HOOK_FORK, [p2, p1], words);
  return k.upon(k.load(hooksCount(k, HOOK_FORK)), runIfAny, p2);
}

/** The process has a new image (doexechooks); `flags` are its p_flags. */
export function* exechooks_run(k: Context, p: number, flags: number): Steps {
  const pid = k.words[p + P.p_pid];
  k.cpu.events?.emit(EV_EXEC, pid, flags, 0);
  if ((yield* k.load(hooksCount(k, HOOK_EXEC))) === 0) return;
  const words = (): ExecWords => {
    // Replaced by the process itself only, which is this thread.
    const image = k.peek(p + P.p_image);
    return { p, pid, isSetId: (flags & P_SUGID) !== 0, flags, image };
  };
  yield* hooks_run(k, HOOK_EXEC, [p], words);
}

/** The process exits (doexithooks). */
export function exithooks_run(k: Context, p: number): Steps {
  const pid = k.words[p + P.p_pid];
  // Written by the exiting thread itself, before it comes here.
  const status = k.peek(p + P.p_xstat);
  k.cpu.events?.emit(EV_EXIT, pid, status, 0);
  const words = (): ExitWords => ({ p, pid, status });
  const runIfAny = (_k: Context, count: number): Steps | null =>
    count === 0 ? null : hooks_run(k, HOOK_EXIT, [p], words);
  return k.upon(k.load(hooksCount(k, HOOK_EXIT)), runIfAny, p);
}

/**
 * A zombie is reaped, and marked so (P_REAPED): whoever looks at zombies passes it by, and whoever holds it
 * is waited for before the hooks are run. The caller has `own` holds.
 */
export function* reaphooks_run(k: Context, p: number, own: number): Steps {
  yield* k.or(p + P.p_flags, P_REAPED);
  if ((yield* k.load(hooksCount(k, HOOK_REAP))) === 0) return;
  yield* PSTALL(k, p, 'reap6', own);
  const pid = k.words[p + P.p_pid];
  yield* hooks_run(k, HOOK_REAP, [p], (): ReapWords => ({ p, pid }));
}
