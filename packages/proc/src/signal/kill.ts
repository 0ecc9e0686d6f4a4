/**
 * Owns kill(2) and its kin (kern_kill, dokillpg of kern_sig.c): whom a number means, and who may signal whom.
 * Run by the caller's thread, without requirements.
 *
 *     pid > 0  that process      0  the caller's group      -1  all but itself      < -1  the group -pid
 *
 * A process that exits, or has, is signalled with success and without effect: user code could not tell.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { p_trespass } from '../cred/privilege.ts';
import { crfree, curcred_hold } from '../cred/ucred-life.ts';
import { EINVAL, EPERM, ESRCH } from '../errno.ts';
import { curproc } from '../proc-kernel.ts';
import { pfind, zpfind } from '../table/find.ts';
import { prele } from '../table/hold.ts';
import { L } from '../table/lwp.ts';
import { pgfind, pgref, pgrel } from '../table/pgrp.ts';
import { P, P_WEXIT, SZOMB } from '../table/proc.ts';
import { allproc_scan } from '../table/scan.ts';
import { sessionOf } from '../table/session.ts';
import { isSystem, lwpsignal } from './ksignal.ts';
import { eachMember } from './pgsignal.ts';
import { isSignal, SIGCONT } from './signals.ts';

/** Who sends: what permission depends on. */
interface Sender {
  readonly cr: number;
  /** Compared only. */
  readonly session: number;
}

/** What a signal to several processes has come to. */
interface Broadcast {
  readonly signal: number;
  found: number;
  forbidden: number;
}

/** Sends a signal; 0 only asks whether one could be sent. */
export function* sys_kill(k: Context, pid: number, signal: number): Steps<number> {
  if (signal !== 0 && !isSignal(signal)) return -EINVAL;
  const sender = yield* senderOf(k);
  const error = yield* killAs(k, sender, pid, signal);
  yield* crfree(k, sender.cr);
  return -error;
}

/** Sends a signal to a group; 0: the caller's own. */
export function* sys_killpg(k: Context, pgid: number, signal: number): Steps<number> {
  if (pgid < 0 || (signal !== 0 && !isSignal(signal))) return -EINVAL;
  const sender = yield* senderOf(k);
  const error = yield* killGroup(k, sender, pgid, signal);
  yield* crfree(k, sender.cr);
  return -error;
}

/** Sends a signal to one lwp of a process; pid -1: of the caller's. */
export function* sys_lwp_kill(k: Context, pid: number, tid: number, signal: number): Steps<number> {
  if (tid < 0 || (signal !== 0 && !isSignal(signal))) return -EINVAL;
  const sender = yield* senderOf(k);
  const target = pid === -1 ? k.get(curproc(k) + P.p_pid) : pid;
  const error = target > 0 ? yield* killOne(k, sender, target, signal, tid) : EINVAL;
  yield* crfree(k, sender.cr);
  return -error;
}

function* senderOf(k: Context): Steps<Sender> {
  const p = curproc(k);
  const cr = yield* curcred_hold(k);
  yield* k.gettoken(p + P.p_token);
  const session = sessionOf(k, p);
  yield* k.reltoken(p + P.p_token);
  return { cr, session };
}

function* killAs(k: Context, sender: Sender, pid: number, signal: number): Steps<number> {
  if (pid > 0) return yield* killOne(k, sender, pid, signal, -1);
  if (pid === -1) return yield* killAll(k, sender, signal);
  return yield* killGroup(k, sender, -pid, signal);
}

function* killOne(k: Context, sender: Sender, pid: number, signal: number, tid: number): Steps<number> {
  const p = yield* pfind(k, pid);
  if (p === 0) {
    const zombie = yield* zpfind(k, pid);
    if (zombie === 0) return ESRCH;
    yield* prele(k, zombie);
    return 0;
  }
  yield* k.gettoken(p + P.p_token);
  const error = yield* signalOne(k, sender, p, signal, tid);
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  return error;
}

/** The caller holds p_token, and the process. */
function* signalOne(k: Context, sender: Sender, p: number, signal: number, tid: number): Steps<number> {
  const error = cansignal(k, sender, p, signal);
  if (error !== 0) return error;
  if ((k.peek(p + P.p_flags) & P_WEXIT) !== 0) return 0;
  const lp = tid === -1 ? 0 : lwpOf(k, p, tid);
  if (tid !== -1 && lp === 0) return ESRCH;
  if (signal !== 0) yield* lwpsignal(k, p, lp, signal);
  return 0;
}

function lwpOf(k: Context, p: number, tid: number): number {
  let lp = k.get(p + P.p_lwp_tree);
  while (lp !== 0 && k.words[lp + L.lwp_tid] !== tid) lp = k.get(lp + L.lwp_list);
  return lp;
}

/** 0, EPERM or ESRCH. The caller holds p_token. */
function cansignal(k: Context, sender: Sender, p: number, signal: number): number {
  const cr = k.get(p + P.p_ucred);
  // Half made: nobody can know of it.
  if (cr === 0) return ESRCH;
  const error = p_trespass(k, sender.cr, cr);
  return signal === SIGCONT && sessionOf(k, p) === sender.session ? 0 : error;
}

function* killGroup(k: Context, sender: Sender, pgid: number, signal: number): Steps<number> {
  const pg = pgid === 0 ? yield* ownGroup(k) : yield* pgfind(k, pgid);
  if (pg === 0) return ESRCH;
  const broadcast: Broadcast = { signal, found: 0, forbidden: 0 };
  yield* eachMember(k, pg, (p) => signalSome(k, sender, broadcast, p));
  yield* pgrel(k, pg);
  return outcome(broadcast);
}

function* ownGroup(k: Context): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const pg = k.get(p + P.p_pgrp);
  yield* pgref(k, pg);
  yield* k.reltoken(p + P.p_token);
  return pg;
}

function* killAll(k: Context, sender: Sender, signal: number): Steps<number> {
  const own = curproc(k);
  const broadcast: Broadcast = { signal, found: 0, forbidden: 0 };
  yield* allproc_scan(k, function* (_k, p) {
    if (p !== own) yield* signalSome(k, sender, broadcast, p);
    return 0;
  });
  return outcome(broadcast);
}

/** One of many, held: zombies and the kernel's own are left out. */
function* signalSome(k: Context, sender: Sender, broadcast: Broadcast, p: number): Steps {
  yield* k.gettoken(p + P.p_token);
  const stat = k.get(p + P.p_stat);
  // An embryo is signalled like any other: it takes what it was sent when it is started.
  if (stat !== SZOMB && !isSystem(k, p)) {
    if (cansignal(k, sender, p, broadcast.signal) === 0) {
      broadcast.found++;
      if (broadcast.signal !== 0) yield* lwpsignal(k, p, 0, broadcast.signal);
    } else broadcast.forbidden++;
  }
  yield* k.reltoken(p + P.p_token);
}

/** Success if anybody could be signalled. */
function outcome({ found, forbidden }: Broadcast): number {
  if (found > 0) return 0;
  return forbidden > 0 ? EPERM : ESRCH;
}
