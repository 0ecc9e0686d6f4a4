/**
 * Owns I6: the hold counts of processes and lwps. Holds are counted, not listed, so that while somebody is
 * inside the kernel only their bounds can be judged; at quiescence nobody holds anything.
 */
import { L } from '../table/lwp.ts';
import { P, P_PPWAIT, PLOCK_MASK, PLOCK_ZOMB, SZOMB } from '../table/proc.ts';
import type { Census } from './census.ts';

/** More holds than any machine has threads: the count has run under or over. */
const PLAUSIBLE = PLOCK_MASK >>> 1;

export function checkHolds(census: Census): void {
  for (const p of census.procs) {
    checkProcess(census, p);
    for (const lp of census.lwps.get(p) ?? []) checkLwp(census, lp);
  }
}

function checkProcess(census: Census, p: number): void {
  const { words, report, isQuiescent, kernel } = census;
  const lock = words[p + P.p_lock];
  const holds = lock & PLOCK_MASK;
  const field = `${census.procName(p)}.p_lock`;
  if (lock < 0 || holds > PLAUSIBLE) {
    report.differs('I6', field, '0 holds or more', `0x${(lock >>> 0).toString(16)}`);
    return;
  }
  const isReaped = (lock & PLOCK_ZOMB) !== 0;
  if (isReaped && words[p + P.p_stat] !== SZOMB)
    report.differs('I6', `${field} with PLOCK_ZOMB`, `p_stat ${SZOMB}`, words[p + P.p_stat]);
  // The reaper of old gives its hold back first.
  const keepsHold = !kernel.asSeedIds.has('reap-keeps-hold') && !kernel.asSeedIds.has('all');
  if (isReaped && holds === 0 && keepsHold)
    report.differs('I6', `${field} with PLOCK_ZOMB`, 'the hold of its owner', 'no hold');
  if (!isQuiescent) return;
  const expected = ownHolds(census, p);
  if (holds !== expected) report.differs('I6', field, `${expected} holds`, holds);
  if (isReaped) report.differs('I6', field, 'no PLOCK_ZOMB', 'PLOCK_ZOMB');
}

/**
 * Each lwp that has left holds its process until it is reaped; the last one stays on the list of lwps. The
 * parent of a vfork sleeps with a hold on its child.
 */
function ownHolds(census: Census, p: number): number {
  const { words } = census;
  const dead = census.links.list(p + P.p_deadlwps, L.lwp_list, `${census.procName(p)}.p_deadlwps`);
  const isVforked = (words[p + P.p_flags] & P_PPWAIT) !== 0;
  return (isVforked ? 1 : 0) + dead.length + (census.lwps.get(p)?.length ?? 0) - words[p + P.p_nthreads];
}

function checkLwp(census: Census, lp: number): void {
  const { words, report, isQuiescent } = census;
  const lock = words[lp + L.lwp_lock];
  const field = `${census.lwpName(lp)}.lwp_lock`;
  if (lock < 0) report.differs('I6', field, '0 holds or more', lock);
  else if (isQuiescent && lock !== 0) report.differs('I6', field, '0 holds', lock);
}
