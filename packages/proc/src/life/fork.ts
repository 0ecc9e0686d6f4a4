/**
 * Owns making processes: fork1 (kern_fork.c) and the system calls fork, vfork and rfork. The child is
 * complete before others can find it, except for its group and parent, which it gets as SIDL with its p_token
 * held. Run by the thread that forks.
 *
 *     pg_lock shared, no signal pending -> count -> embryo, filled -> table -> group and parent -> start
 */
import { type Context, LK_RELEASE, LK_SHARED, lockmgr, type Steps, tsleep } from '@smplab/lwkt';
import { crfree, crhold } from '../cred/ucred-life.ts';
import { EAGAIN, EINVAL, RESTART } from '../errno.ts';
import { fdcopy, fdfree, fdinit } from '../file/filedesc.ts';
import { FD } from '../file/filedesc-layout.ts';
import { forkhooks_run } from '../hook/hooks.ts';
import { mayBlock } from '../may-block.ts';
import { curlwp, procs } from '../proc-kernel.ts';
import { deliverableTo, STOPSIGS } from '../signal/sigset.ts';
import { isStopped } from '../signal/stop.ts';
import { phold, prele } from '../table/hold.ts';
import { jobc_update } from '../table/job-control.ts';
import { L, LWP_MP_SIGNAL } from '../table/lwp.ts';
import { proc_add_allproc } from '../table/makepid.ts';
import { PG, pgref, pgrel } from '../table/pgrp.ts';
import { P, P_PPWAIT } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { countProcess, uncountProcess } from './fork-count.ts';
import { embryoFill, embryoFree, embryoMake, isBareEmbryo } from './fork-inherit.ts';
import { embryoLink, embryoLinkAsSeed, embryoUnlist } from './fork-link.ts';
import { invforkEnter, invforkLeave, ppwait, start_forked_proc } from './fork-start.ts';
import { RFCFDG, RFFDG, RFKERNELONLY, RFMEM, RFNOWAIT, RFPGLOCK, RFPPWAIT, RFPROC } from './rfork-flags.ts';
import { vmspace_fork, vmspace_rel } from './vmspace.ts';
import { VM } from './vmspace-layout.ts';

/** A child that runs the entry with an argument: its pid. */
export function sys_fork(k: Context, entry: number, arg: number): Steps<number> {
  return forkAndStart(k, RFFDG | RFPROC | RFPGLOCK, entry, arg);
}

/** The same in the caller's address space, while the caller waits. */
export function sys_vfork(k: Context, entry: number, arg: number): Steps<number> {
  return forkAndStart(k, RFFDG | RFPROC | RFPPWAIT | RFMEM | RFPGLOCK, entry, arg);
}

/** A child, or a change of the caller (0), as the flags say. */
export function* sys_rfork(k: Context, flags: number, entry: number, arg: number): Steps<number> {
  if ((flags & RFKERNELONLY) !== 0) return -EINVAL;
  return yield* forkAndStart(k, flags | RFPGLOCK, entry, arg);
}

function* forkAndStart(k: Context, flags: number, entry: number, arg: number): Steps<number> {
  const lp1 = curlwp(k);
  const p2 = yield* fork1(k, lp1, flags, entry, arg);
  if (p2 <= 0) return p2;
  // Once it runs it may be gone at any time.
  const pid = k.words[p2 + P.p_pid];
  if ((flags & RFPPWAIT) === 0) yield* start_forked_proc(k, lp1, p2);
  else yield* startAndWait(k, lp1, p2);
  return pid;
}

/** As vfork does: returns when the child has done with what it shares. */
function* startAndWait(k: Context, lp1: number, p2: number): Steps {
  const p1 = k.words[lp1 + L.lwp_proc];
  const upmap = yield* invforkEnter(k, p1);
  yield* phold(k, p2);
  yield* start_forked_proc(k, lp1, p2);
  yield* ppwait(k, p2);
  yield* prele(k, p2);
  if (upmap !== 0) yield* invforkLeave(k, upmap);
}

/**
 * The child, not started: `start_forked_proc` is the caller's; 0 without RFPROC; a negative errno, RESTART.
 */
export function* fork1(k: Context, lp1: number, flags: number, entry: number, arg: number): Steps<number> {
  if ((flags & (RFFDG | RFCFDG)) === (RFFDG | RFCFDG)) return -EINVAL;
  const p1 = k.words[lp1 + L.lwp_proc];
  if ((flags & RFPROC) === 0) return yield* divorce(k, p1, flags);
  for (;;) {
    yield* k.gettoken(p1 + P.p_token);
    const cached = k.get(p1 + P.p_pgrp);
    const locked = yield* lockGroup(k, p1, flags);
    // Who is killed with the group must not leave a child behind: the signal first, then again.
    const isInterrupted = locked !== 0 && hasToTurnBack(k, p1, lp1);
    const p2 = isInterrupted ? RESTART : yield* makeChild(k, lp1, p1, flags, entry, arg, locked, cached);
    // The boundary is to find what this has found.
    if (isInterrupted) yield* k.or(lp1 + L.lwp_mpflags, LWP_MP_SIGNAL);
    yield* k.reltoken(p1 + P.p_token);
    if (locked !== 0) {
      yield* lockmgr(k, locked + PG.pg_lock, LK_RELEASE);
      yield* pgrel(k, locked);
    }
    if (p2 === 0) continue;
    if (p2 > 0) yield* announce(k, p1, p2, flags);
    // Whoever forks in a loop is slowed down.
    if (p2 === -EAGAIN) yield* tsleep(k, procs(k).g + G.g_nprocs, 0, 'fork', k.kernel.limits.hz >> 1);
    return p2;
  }
}

/** Keeps signals to the group of the process away; gives the group, 0 if that was not asked for. */
function* lockGroup(k: Context, p1: number, flags: number): Steps<number> {
  const { asSeed } = procs(k);
  // Before 2006-10-10 a signal could come between the parent's look and the child's entry (P15).
  if ((flags & RFPGLOCK) === 0 || asSeed['fork-misses-signal']) return 0;
  for (;;) {
    const pg = k.get(p1 + P.p_pgrp);
    yield* pgref(k, pg);
    yield* lockmgr(k, pg + PG.pg_lock, LK_SHARED);
    if (k.get(p1 + P.p_pgrp) === pg || asSeed['fork-pgrp-cached']) return pg;
    yield* lockmgr(k, pg + PG.pg_lock, LK_RELEASE);
    yield* pgrel(k, pg);
  }
}

/** Whether a signal or a stop waits for the parent (CURSIG_NOBLOCK). The caller holds p_token. */
function hasToTurnBack(k: Context, p1: number, lp1: number): boolean {
  // Within a vfork it does not stop.
  const isVfork = (k.peek(p1 + P.p_flags) & P_PPWAIT) !== 0;
  const held = isVfork ? STOPSIGS : 0;
  return (deliverableTo(k, p1, lp1) & ~held) !== 0 || isStopped(k, p1);
}

/** The child; -EAGAIN; 0 if the parent has changed its group meanwhile and all has to be done again. */
function* makeChild(
  k: Context,
  lp1: number,
  p1: number,
  flags: number,
  entry: number,
  arg: number,
  locked: number,
  cached: number,
): Steps<number> {
  const cred = k.get(p1 + P.p_ucred);
  yield* crhold(k, cred);
  if (!(yield* countProcess(k, p1, cred))) {
    yield* crfree(k, cred);
    return -EAGAIN;
  }
  const p2 = yield* embryoMake(k, p1);
  const isBare = isBareEmbryo(k);
  yield* k.gettoken(p2 + P.p_token);
  if (isBare) yield* proc_add_allproc(k, p2);
  yield* embryoFill(k, lp1, p1, p2, cred, flags, entry, arg);
  const copied = k.get(p1 + P.p_pgrp);
  if (!isBare) yield* proc_add_allproc(k, p2);
  const { asSeed } = procs(k);
  const isCached = asSeed['fork-pgrp-cached'];
  // Here, with the child in the table, fork1 of the seed allocates: the tokens of both may be lost.
  if (isCached || asSeed['inferior-embryo']) yield* mayBlock(k);
  if (isCached) yield* embryoLinkAsSeed(k, p1, p2, cached, copied, flags);
  const isLinked = isCached || (yield* embryoLink(k, p1, p2, locked, flags));
  if (isLinked) {
    yield* k.reltoken(p2 + P.p_token);
    return p2;
  }
  yield* embryoUnlist(k, p2);
  yield* k.reltoken(p2 + P.p_token);
  yield* uncountProcess(k, cred);
  yield* embryoFree(k, p2);
  return 0;
}

/** The child is complete; it cannot go before it is started, and needs no hold. */
function* announce(k: Context, p1: number, p2: number, flags: number): Steps {
  if ((flags & RFNOWAIT) !== 0) yield* jobc_update(k, p2);
  // Until start_forked_proc: nobody waits for the parent to be let go in the middle of this.
  yield* phold(k, p1);
  yield* k.fetchadd(procs(k).g + G.g_forks, 1);
  yield* forkhooks_run(k, p2, p1);
}

/** rfork without RFPROC: the caller gets an address space or descriptors of its own. */
function* divorce(k: Context, p1: number, flags: number): Steps<number> {
  yield* k.gettoken(p1 + P.p_token);
  const isAlone = (yield* k.load(p1 + P.p_nthreads)) === 1;
  if (isAlone) {
    if ((flags & RFMEM) === 0) yield* unshareVmspace(k, p1);
    if ((flags & RFCFDG) !== 0) yield* fdfree(k, p1, yield* fdinit(k, p1));
    if ((flags & RFFDG) !== 0) yield* unshareFiles(k, p1);
  }
  yield* k.reltoken(p1 + P.p_token);
  return isAlone ? 0 : -EINVAL;
}

function* unshareVmspace(k: Context, p1: number): Steps {
  const vm = k.get(p1 + P.p_vmspace);
  if ((yield* k.load(vm + VM.vm_refcnt)) === 1) return;
  k.set(p1 + P.p_vmspace, yield* vmspace_fork(k, vm));
  yield* vmspace_rel(k, vm);
}

function* unshareFiles(k: Context, p1: number): Steps {
  const fd = k.get(p1 + P.p_fd);
  if ((yield* k.load(fd + FD.fd_refcnt)) === 1) return;
  yield* fdfree(k, p1, yield* fdcopy(k, p1));
}
