/**
 * Owns the exit of a process (exit1 of kern_exit.c): its other lwps are killed, what it has is given back
 * except what its parent or others may still look at, it becomes a zombie, its children go to the reaper, its
 * parent is told. Run by the lwp that exits, which ends here.
 *
 *     killalllwps -> P_POSTEXIT, p_reflock -> files -> hooks -> pages, tty, jobs -> zombie -> children
 *     -> parent -> lwp_exit
 */
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { plimit_free } from '../cred/plimit.ts';
import { fdfree } from '../file/filedesc.ts';
import { cache_drop } from '../file/nchandle.ts';
import { FN_FUNSETOWNLST } from '../functions.ts';
import { exithooks_run } from '../hook/hooks.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { listFirst } from '../queue.ts';
import { ksignal } from '../signal/ksignal.ts';
import { itimer_exit } from '../signal/itimer.ts';
import { PS_CLDSIGIGN, PS_NOCLDWAIT, SA } from '../signal/sigacts.ts';
import { SIGCHLD } from '../signal/signals.ts';
import { tellWatchers } from '../signal/watch.ts';
import { phold, prele } from '../table/hold.ts';
import { fixjobc } from '../table/job-control.ts';
import { L } from '../table/lwp.ts';
import { reflock_enter, reflock_exit } from '../table/reflock.ts';
import { P, P_POSTEXIT, P_TRACED } from '../table/proc.ts';
import { proc_move_allproc_zombie } from '../table/zombie.ts';
import { ttyexit } from '../tty/session.ts';
import { orphanChildren } from './exit-children.ts';
import { ppwaitRelease } from './fork-start.ts';
import { killalllwps } from './killalllwps.ts';
import { lwp_exit } from './lwp-exit.ts';
import { reaper_drop, reaper_exit, reaper_get } from './reaper.ts';
import { R } from './reaper-layout.ts';
import { proc_reparent } from './reparent.ts';
import { vmspace_relexit } from './vmspace.ts';

const SIGNAL_MASK = 0x7f;
const CODE_MASK = 0xff;
const UNWANTED = PS_NOCLDWAIT | PS_CLDSIGIGN;

/** Ends the process with an exit code. */
export function sys_exit(k: Context, code: number): Steps<never> {
  return exit1(k, (code & CODE_MASK) << 8);
}

/** Ends the process with a wait status. */
export function* exit1(k: Context, status: number): Steps<never> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  if (k.words[p + P.p_pid] === 1) {
    const how = `signal ${status & SIGNAL_MASK}, exit code ${(status >> 8) & CODE_MASK}`;
    k.panic(`init died (${how}): there is no way on without it`);
  }
  // Another lwp exits, or execs, already: it waits until this one is gone.
  if ((yield* killalllwps(k, false)) !== 0) return yield* lwp_exit(k, 0, 0);
  yield* k.or(p + P.p_flags, P_POSTEXIT);
  k.set(p + P.p_xstat, status);
  yield* reflock_enter(k, p);
  yield* giveBack(k, p);
  if (looksUnwanted(k, p) && (yield* isUnwanted(k, p))) yield* giveToReaper(k, p);
  yield* proc_move_allproc_zombie(k, p);
  yield* reflock_exit(k, p);
  // From here on the parent may wait for it. While its token is held it keeps its parent, and while it has
  // lwps nobody reaps it.
  yield* k.fetchadd(k.get(p + P.p_pptr) + P.p_waitgen, 1);
  yield* handOver(k, p);
  const pp = yield* tellParent(k, p);
  const limit = k.get(p + P.p_limit);
  k.set(p + P.p_limit, 0);
  yield* plimit_free(k, limit);
  // The parent may be another by now, and this one gone: it is woken by address only.
  return yield* lwp_exit(k, 1, pp);
}

/** What nobody needs any more. The caller holds p_token, which is lost in between. */
function* giveBack(k: Context, p: number): Steps {
  yield* k.store(p + P.p_siglist, 0);
  yield* k.store(k.words[k.td + TD.td_lwp] + L.lwp_siglist, 0);
  yield* itimer_exit(k, p);
  if (k.peek(p + P.p_sigiolst) !== 0) yield* k.call(FN_FUNSETOWNLST, p + P.p_sigiolst);
  yield* fdfree(k, p, 0);
  // Its own descriptors of procfs are closed by now, so what a hook revokes is what others have open.
  yield* exithooks_run(k, p);
  // It may take long: nobody is to wait for the token meanwhile.
  const vm = k.get(p + P.p_vmspace);
  yield* k.reltoken(p + P.p_token);
  yield* vmspace_relexit(k, vm);
  yield* k.gettoken(p + P.p_token);
  yield* ttyexit(k, p);
  yield* fixjobc(k, p, k.get(p + P.p_pgrp), 0);
  const text = k.get(p + P.p_textnch);
  k.set(p + P.p_textnch, 0);
  if (text !== 0) yield* cache_drop(k, text);
  // Before the zombie, which would wait for the hold the parent has until this.
  yield* ppwaitRelease(k, p);
}

/** Children go to the reaper, which is no longer this process itself. */
function* handOver(k: Context, p: number): Steps {
  const reap = yield* reaper_exit(k, p);
  if (listFirst(k, p + P.p_children) !== 0) yield* orphanChildren(k, p, reap);
  yield* reaper_drop(k, reap);
}

/**
 * The reaper gets the process instead of a parent that will not wait. (The original does so once the process
 * is a zombie, and a parent that is in wait4 already may then be faster.)
 */
function* giveToReaper(k: Context, p: number): Steps {
  const own = k.get(p + P.p_reaper);
  const reap = k.peek(own + R.r_p) === p ? k.get(own + R.r_parent) : own;
  const reproc = yield* reaper_get(k, reap);
  yield* proc_reparent(k, p, reproc);
  yield* prele(k, reproc);
}

/** Most parents will wait: a look tells, and one that says otherwise at this moment says it too late. */
function looksUnwanted(k: Context, p: number): boolean {
  return (k.peek(k.peek(k.get(p + P.p_pptr) + P.p_sigacts) + SA.ps_flags) & UNWANTED) !== 0;
}

/** Whether the parent has said that it will not wait for children (PS_NOCLDWAIT, SIGCHLD ignored). */
function* isUnwanted(k: Context, p: number): Steps<boolean> {
  const pp = k.get(p + P.p_pptr);
  yield* phold(k, pp);
  yield* k.gettoken(pp + P.p_token);
  const flags = k.peek(k.get(pp + P.p_sigacts) + SA.ps_flags);
  yield* k.reltoken(pp + P.p_token);
  yield* prele(k, pp);
  return (flags & UNWANTED) !== 0;
}

/** SIGCHLD for the parent; gives it, unheld. */
function* tellParent(k: Context, p: number): Steps<number> {
  const pp = k.get(p + P.p_pptr);
  const sig = k.get(p + P.p_sigparent);
  yield* k.and(p + P.p_flags, ~P_TRACED);
  yield* tellWatchers(k, p);
  // Before 2011-01-29 nothing kept the parent while its token was waited for (P4).
  const holds = !procs(k).asSeed['exit-signals-freed-parent'];
  if (holds) yield* phold(k, pp);
  else yield* k.gettoken(pp + P.p_token);
  yield* ksignal(k, pp, sig === 0 ? SIGCHLD : sig);
  if (holds) yield* prele(k, pp);
  else yield* k.reltoken(pp + P.p_token);
  return pp;
}
