/**
 * Owns I8: no thread sleeps on although what it waits for is there, nobody will wake it, and no timeout will.
 * A wakeup that is on its way shows nowhere in memory, so this is judged at quiescence only; what waits for
 * what is known of the waits of the process table and of the locks in it.
 */
import { readCstring } from '@smplab/kmem';
import {
  Lock,
  LKC_EXCL,
  LKC_MASK,
  LKC_UPREQ,
  TD,
  TDF_TIMEOUT_ARMED,
  TDF_TSLEEP_DESCHEDULED,
  TDF_TSLEEPQ,
} from '@smplab/lwkt';
import { PG } from '../table/pgrp.ts';
import { P, P_PPWAIT, PLOCK_MASK, PLOCK_WAITING, PLOCK_ZOMB, SCORE, SSTOP } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import type { Census } from './census.ts';
import { threadName } from './token-invariants.ts';

export function checkSleepers(census: Census): void {
  if (!census.isQuiescent) return;
  const { words, report, threads } = census;
  for (const td of threads) {
    const flags = words[td + TD.td_flags];
    if ((flags & TDF_TSLEEP_DESCHEDULED) === 0 || (flags & TDF_TIMEOUT_ARMED) !== 0) continue;
    const wmesg = readCstring(census.kernel.memory, td + TD.td_wmesg, 16);
    const who = `${threadName(census, td)} asleep on "${wmesg}"`;
    if ((flags & TDF_TSLEEPQ) === 0) {
      report.differs('I8', who, 'it on a sleep queue, or a wakeup on its way', 'neither');
      continue;
    }
    const why = reasonToGoOn(census, td, words[td + TD.td_wchan], wmesg);
    if (why !== null) report.differs('I8', who, 'a reason to wait', why);
  }
}

/** Why a sleeper should be awake; null if it should not, or nothing is known of what it waits for. */
function reasonToGoOn(census: Census, td: number, ident: number, wmesg: string): string | null {
  const { words, procs, pgrps, g } = census;
  for (const p of procs) {
    const name = census.procName(p);
    // Both may sleep on the same word as who waits for holds.
    if (ident === p && wmesg === 'stop')
      return isStopped(words[p + P.p_stat]) ? null : `${name}.p_stat is ${words[p + P.p_stat]}`;
    if (ident === p && wmesg === 'wait') return null;
    if (ident === p + P.p_lock) return holdsAreGone(words[ident], name);
    if (ident === p + P.p_nthreads) return threadsAreGone(census, td, p);
    if (ident === p + P.p_flags && wmesg === 'ppwait' && (words[ident] & P_PPWAIT) === 0)
      return `${name} has no P_PPWAIT`;
  }
  for (const pg of pgrps) {
    if (ident === pg + PG.pg_lock) return lockIsFree(words, ident, `${census.pgrpName(pg)}.pg_lock`);
  }
  return ident === g + G.g_hook_lock ? lockIsFree(words, ident, 'g_hook_lock') : null;
}

function isStopped(stat: number): boolean {
  return stat === SSTOP || stat === SCORE;
}

function holdsAreGone(lock: number, name: string): string | null {
  if ((lock & PLOCK_WAITING) === 0) return `${name}.p_lock has no PLOCK_WAITING`;
  return (lock & (PLOCK_MASK | PLOCK_ZOMB)) === 0 ? `${name}.p_lock has no holds` : null;
}

/** killalllwps waits until the thread is the only one, a reaper until there is none. */
function threadsAreGone(census: Census, td: number, p: number): string | null {
  const { words } = census;
  const counted = words[p + P.p_nthreads];
  const most = words[td + TD.td_proc] === p ? 1 : 0;
  return counted <= most ? `${census.procName(p)}.p_nthreads is ${counted}` : null;
}

function lockIsFree(words: Int32Array, lock: number, name: string): string | null {
  const count = words[lock + Lock.offsets.lk_count];
  return (count & (LKC_MASK | LKC_EXCL | LKC_UPREQ)) === 0 ? `${name} is free` : null;
}
