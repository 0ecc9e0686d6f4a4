/**
 * Owns waiting for children (kern_wait of kern_exit.c) and the system call wait4. The list of children is
 * looked through with p_token of the waiter held and nothing that blocks, so that nothing is missed between
 * the last look and the sleep; whatever has blocked begins from the start. What happens to a child meanwhile
 * moves p_waitgen. Run by an lwp of the parent.
 *
 *     p_waitgen -> children: zombie? stopped? continued? -> interlock on itself -> p_waitgen the same?
 *     -> sleep
 */
import {
  type Context,
  ERESTART,
  PCATCH,
  PINTERLOCKED,
  type Steps,
  tsleep,
  tsleep_interlock,
} from '@smplab/lwkt';
import { ECHILD, EINTR, EINVAL, RESTART } from '../errno.ts';
import { curlwp, curproc, procs } from '../proc-kernel.ts';
import { listFirst, listNext } from '../queue.ts';
import { SIGCONT } from '../signal/signals.ts';
import { tstop } from '../signal/stop.ts';
import { phold, pholdzomb, prele, prelezomb } from '../table/hold.ts';
import { L, LWP_MP_WEXIT } from '../table/lwp.ts';
import { PG } from '../table/pgrp.ts';
import { P, P_CONTINUED, P_TRACED, P_WAITED, SCORE, SSTOP, SZOMB } from '../table/proc.ts';
import { reapChild } from './wait-reap.ts';

/** Options of wait4. */
export const WNOHANG = 1;
export const WUNTRACED = 2;
export const WCONTINUED = 4;
/** Leave the child as it is. */
export const WNOWAIT = 8;
const OPTIONS = WNOHANG | WUNTRACED | WCONTINUED | WNOWAIT;

/** What was found of a child; usage is that of a child that was reaped, its own children included. */
export interface WaitResult {
  status: number;
  /** System calls. */
  utime?: number;
  /** Switches to other threads. */
  nvcsw?: number;
}

const STOPPED = 0x7f;
/** Bits of p_waitgen that count; the top one is flipped to make the look an atomic operation. */
const GENERATION = 0x7fffffff;
const FLIP = 0x80000000 | 0;
/** What looking at one child says besides the pid of a child that was found. */
const NOTHING = 0;
const AGAIN = -1;

/** Waits for a child: `pid` itself, any (-1), of the own group (0), of group -pid. Gives its pid. */
export function* sys_wait4(k: Context, pid: number, options: number, result: WaitResult): Steps<number> {
  if ((options & ~OPTIONS) !== 0) return -EINVAL;
  const q = curproc(k);
  yield* k.gettoken(q + P.p_token);
  const found = yield* kern_wait(k, q, pid, options, result);
  yield* k.reltoken(q + P.p_token);
  return found;
}

/** The caller holds p_token of the waiter, which is lost while it waits. */
export function* kern_wait(
  k: Context,
  q: number,
  pid: number,
  options: number,
  result: WaitResult,
): Steps<number> {
  // The group is the one of the call, whatever becomes of the caller meanwhile.
  const wanted = pid === 0 ? -k.get(k.get(q + P.p_pgrp) + PG.pg_id) : pid;
  const lp = curlwp(k);
  for (;;) {
    if (isStopping(k, q, lp)) yield* tstop(k, lp);
    const generation = yield* k.fetchadd(q + P.p_waitgen, FLIP);
    const found = yield* lookAtChildren(k, q, wanted, options, result);
    if (found === AGAIN) continue;
    if (found !== NOTHING) return found;
    if ((options & WNOHANG) !== 0) return 0;
    const error = yield* waitForEvent(k, q, generation);
    if (error !== 0) return error === ERESTART ? RESTART : -EINTR;
  }
}

/** STOPLWP: a parent that is stopped with its child has to stop before it tells that the child has. */
function isStopping(k: Context, q: number, lp: number): boolean {
  const stat = k.get(q + P.p_stat);
  if (stat !== SSTOP && stat !== SCORE) return false;
  return (k.peek(lp + L.lwp_mpflags) & LWP_MP_WEXIT) === 0;
}

/** Sleeps unless something has happened since the look that saw this generation; 0, EINTR or ERESTART. */
function* waitForEvent(k: Context, q: number, generation: number): Steps<number> {
  if (((yield* k.load(q + P.p_waitgen)) & GENERATION) !== (generation & GENERATION)) return 0;
  yield* tsleep_interlock(k, q);
  if (((yield* k.load(q + P.p_waitgen)) & GENERATION) !== (generation & GENERATION)) return 0;
  return yield* tsleep(k, q, PCATCH | PINTERLOCKED, 'wait', 0);
}

/** The pid of a child that was found, NOTHING, AGAIN, or -ECHILD. */
function* lookAtChildren(
  k: Context,
  q: number,
  wanted: number,
  options: number,
  result: WaitResult,
): Steps<number> {
  let count = 0;
  for (let p = listFirst(k, q + P.p_children); p !== 0; p = listNext(k, p, P.p_sibling)) {
    if (!matches(k, p, wanted)) continue;
    count++;
    // It changes with other tokens held: a look, made sure of where it matters.
    const stat = k.peek(p + P.p_stat);
    if (stat === SZOMB) return yield* reapZombie(k, q, p, options, result);
    const news = newsOf(k, p, stat, options);
    if (news === null) continue;
    const found = yield* lookAtLiving(k, q, p, news, options, result);
    if (found !== NOTHING) return found;
  }
  return count === 0 ? -ECHILD : NOTHING;
}

function matches(k: Context, p: number, wanted: number): boolean {
  if (wanted === -1) return true;
  if (wanted > 0) return k.words[p + P.p_pid] === wanted;
  // The child may be moved at this moment: then its group is one or the other. A group outlives its members.
  const pg = k.peek(p + P.p_pgrp);
  return pg !== 0 && k.peek(pg + PG.pg_id) === -wanted;
}

/** What a living child seems to have to tell, if that is asked for. */
function newsOf(k: Context, p: number, stat: number, options: number): 'stopped' | 'continued' | null {
  const flags = k.peek(p + P.p_flags);
  const asksStopped = (options & WUNTRACED) !== 0 || (flags & P_TRACED) !== 0;
  if ((stat === SSTOP || stat === SCORE) && (flags & P_WAITED) === 0 && asksStopped) return 'stopped';
  return (options & WCONTINUED) !== 0 && (flags & P_CONTINUED) !== 0 ? 'continued' : null;
}

/** Stopped or continued. */
function* lookAtLiving(
  k: Context,
  q: number,
  p: number,
  news: 'stopped' | 'continued',
  options: number,
  result: WaitResult,
): Steps<number> {
  yield* phold(k, p);
  yield* k.gettoken(p + P.p_token);
  const isMine = k.get(p + P.p_pptr) === q;
  const found = isMine ? yield* take(k, p, news === 'stopped', options, result) : AGAIN;
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  return found;
}

/** With p_token of the child it is certain. */
function* take(k: Context, p: number, stopped: boolean, options: number, result: WaitResult): Steps<number> {
  const stat = k.get(p + P.p_stat);
  const flags = k.peek(p + P.p_flags);
  const isLeft = (options & WNOWAIT) !== 0;
  if (stopped) {
    const isTraced = (flags & P_TRACED) !== 0 || (options & WUNTRACED) !== 0;
    if ((stat !== SSTOP && stat !== SCORE) || (flags & P_WAITED) !== 0 || !isTraced) return AGAIN;
    if (!isLeft) yield* k.or(p + P.p_flags, P_WAITED);
    result.status = (k.get(p + P.p_xstat) << 8) | STOPPED;
  } else {
    if ((flags & P_CONTINUED) === 0) return AGAIN;
    if (!isLeft) yield* k.and(p + P.p_flags, ~P_CONTINUED);
    result.status = SIGCONT;
  }
  return k.words[p + P.p_pid];
}

/** A zombie: serialised with other waiters by PLOCK_ZOMB. The pid, or AGAIN. */
function* reapZombie(k: Context, q: number, p: number, options: number, result: WaitResult): Steps<number> {
  const { asSeed } = procs(k);
  // Before 2012-08-15 nothing kept two waiters from the same child (P8).
  if (asSeed['wait-double-reap']) {
    yield* k.gettoken(p + P.p_token);
    return yield* reapChild(k, q, p, false, (options & WNOWAIT) !== 0, result);
  }
  // Who holds the child while it waits for ZOMB keeps the one who has it from reaping (P24).
  const holds = asSeed['wait-holds-child'];
  if (holds) yield* phold(k, p);
  const isLost = (yield* pholdzomb(k, p)) !== 0;
  if (holds) yield* prele(k, p);
  if (isLost) return AGAIN;
  yield* k.gettoken(p + P.p_token);
  if (k.get(p + P.p_pptr) === q) {
    return yield* reapChild(k, q, p, true, (options & WNOWAIT) !== 0, result);
  }
  yield* k.reltoken(p + P.p_token);
  yield* prelezomb(k, p);
  return AGAIN;
}
