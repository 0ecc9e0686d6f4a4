/**
 * Owns I11: counts of processes, lwps, stopped lwps and of what keeps a group from being orphaned, against a
 * recount. What changes in several steps under a token is compared when nobody holds it.
 */
import { L, LWP_MP_WSTOP } from '../table/lwp.ts';
import { PG } from '../table/pgrp.ts';
import { CR, UI } from '../cred/ucred.ts';
import { JOBC_OUT } from '../table/job-control.ts';
import { P, P_TRACED, SZOMB } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import type { Census } from './census.ts';

export function checkCounts(census: Census): void {
  const { words, report, procs, g, isQuiescent } = census;
  // fork counts before it lists, and reaping takes off the list before it counts.
  const nprocs = words[g + G.g_nprocs];
  const isRight = isQuiescent ? nprocs === procs.length : nprocs >= procs.length;
  if (!isRight)
    report.differs('I11', 'nprocs', isQuiescent ? procs.length : `${procs.length} or more`, nprocs);
  for (const p of procs) {
    if (!census.isSettled(p)) continue;
    checkThreads(census, p);
    checkStopped(census, p);
  }
  if (!isQuiescent) return;
  for (const pg of census.pgrps) checkJobc(census, pg);
  checkUsers(census);
  checkTotal(census, 'g_npgrps', words[g + G.g_npgrps], census.pgrps.length);
  checkTotal(census, 'g_nsessions', words[g + G.g_nsessions], census.sessions.length);
}

function checkTotal({ report }: Census, field: string, found: number, expected: number): void {
  if (found !== expected) report.differs('I11', field, expected, found);
}

/** The last lwp of a process is counted off when it exits, and stays on the list until it is reaped. */
function checkThreads(census: Census, p: number): void {
  const { words, report } = census;
  const listed = census.lwps.get(p)?.length ?? 0;
  const counted = words[p + P.p_nthreads];
  if (counted === listed || (counted === listed - 1 && isExiting(census, p))) return;
  report.differs('I11', `${census.procName(p)}.p_nthreads`, listed, counted);
}

function isExiting({ words }: Census, p: number): boolean {
  return words[p + P.p_stat] === SZOMB;
}

function checkStopped(census: Census, p: number): void {
  const { words, report } = census;
  if (isExiting(census, p)) return;
  const stopped = (census.lwps.get(p) ?? []).filter((lp) => (words[lp + L.lwp_mpflags] & LWP_MP_WSTOP) !== 0);
  const counted = words[p + P.p_nstopped];
  if (counted !== stopped.length)
    report.differs('I11', `${census.procName(p)}.p_nstopped`, stopped.length, counted);
}

/**
 * Members whose parent is in another group of the session, both alive. The seed leaves the count as it is
 * when a debugger takes a child over: then groups with such members are left alone.
 */
function checkJobc(census: Census, pg: number): void {
  const { words, report, kernel } = census;
  const members = census.members.get(pg) ?? [];
  const isSeed = kernel.asSeedIds.has('fixjobc-unlocked') || kernel.asSeedIds.has('all');
  if (isSeed && members.some((p) => (words[p + P.p_flags] & P_TRACED) !== 0)) return;
  const expected = members.filter((p) => isCounted(census, p, pg)).length;
  const found = words[pg + PG.pg_jobc];
  if (found !== expected) report.differs('I11', `${census.pgrpName(pg)}.pg_jobc`, expected, found);
}

function isCounted(census: Census, p: number, pg: number): boolean {
  const { words } = census;
  const parent = words[p + P.p_pptr];
  if (hasLeft(census, p) || !census.isProc(parent) || hasLeft(census, parent)) return false;
  const other = words[parent + P.p_pgrp];
  if (other === pg || !census.pgrps.includes(other)) return false;
  return words[other + PG.pg_session] === words[pg + PG.pg_session];
}

function hasLeft({ words }: Census, p: number): boolean {
  return words[p + P.p_stat] === SZOMB || words[p + P.p_jobcpg] === JOBC_OUT;
}

/** Every process, dead or alive, counts for its real user. */
function checkUsers({ words, report, procs }: Census): void {
  const counts = new Map<number, number>();
  for (const p of procs) {
    const cr = words[p + P.p_ucred];
    if (cr <= 0 || cr >= words.length) continue;
    const ui = words[cr + CR.cr_ruidinfo];
    counts.set(ui, (counts.get(ui) ?? 0) + 1);
  }
  for (const [ui, expected] of counts) {
    const found = words[ui + UI.ui_proccnt];
    if (found !== expected)
      report.differs('I11', `user ${words[ui + UI.ui_uid]}.ui_proccnt`, expected, found);
  }
}
