/**
 * Owns I5: every process is in its bucket and with its parent, groups have their members, ids are unique.
 * Two words that say the same are compared when nobody holds a token that guards them, since their holder may
 * have changed one only.
 */
import { TD } from '@smplab/lwkt';
import { L } from '../table/lwp.ts';
import { PG, S } from '../table/pgrp.ts';
import { P, SIDL } from '../table/proc.ts';
import type { Census } from './census.ts';

export function checkLists(census: Census): void {
  const { words } = census;
  checkIds(census, 'p_pid', census.procs, (p) => words[p + P.p_pid], 'process');
  checkIds(census, 'pg_id', census.pgrps, (pg) => words[pg + PG.pg_id], 'group');
  checkIds(census, 's_sid', census.sessions, (s) => words[s + S.s_sid], 'session');
  for (const p of census.procs) {
    checkParent(census, p);
    checkChildren(census, p);
    checkGroup(census, p);
    checkLwps(census, p);
  }
  for (const pg of census.pgrps) checkMembers(census, pg);
}

/** Ids are unique, and in the bucket of the hash. */
function checkIds(
  { report, bucketOf, hsize }: Census,
  field: string,
  elements: readonly number[],
  idOf: (element: number) => number,
  kind: string,
): void {
  const seen = new Set<number>();
  for (const element of elements) {
    const id = idOf(element);
    if (seen.has(id)) report.differs('I5', `${kind} ${id}.${field}`, 'once in the table', 'a second time');
    seen.add(id);
    const bucket = bucketOf.get(element) ?? 0;
    if (bucket !== (id & (hsize - 1)))
      report.differs('I5', `${kind} ${id}: bucket`, id & (hsize - 1), bucket);
  }
}

/** Whether neither of two processes is being changed. */
function areSettled(census: Census, p: number, other: number): boolean {
  return census.isSettled(p) && (!census.isProc(other) || census.isSettled(other));
}

function checkParent(census: Census, p: number): void {
  const { words, report } = census;
  const parent = words[p + P.p_pptr];
  // The kernel's own process has none, an embryo not yet, a zombie that is taken out not any more.
  if (words[p + P.p_pid] === 0 || words[p + P.p_stat] === SIDL || !areSettled(census, p, parent)) return;
  const field = `${census.procName(p)}.p_pptr`;
  if (!census.isProc(parent)) {
    if (census.isQuiescent || parent !== 0)
      report.differs('I5', field, 'a process of the table', census.procName(parent));
    return;
  }
  if (census.children.get(parent)?.includes(p) === true) return;
  report.differs('I5', field, `it on p_children of ${census.procName(parent)}`, 'it is not there');
}

function checkChildren(census: Census, p: number): void {
  const { words, report } = census;
  for (const child of census.children.get(p) ?? []) {
    const field = `${census.procName(p)}.p_children`;
    if (!census.isProc(child)) {
      if (census.isSettled(p)) report.differs('I5', field, 'processes of the table', census.procName(child));
      continue;
    }
    const parent = words[child + P.p_pptr];
    if (parent !== p && areSettled(census, p, child) && areSettled(census, child, parent))
      report.differs('I5', `${census.procName(child)}.p_pptr`, census.procName(p), census.procName(parent));
  }
}

function checkGroup(census: Census, p: number): void {
  const { words, report } = census;
  const pg = words[p + P.p_pgrp];
  if (words[p + P.p_stat] === SIDL || !census.isSettled(p)) return;
  const field = `${census.procName(p)}.p_pgrp`;
  const isGroup = census.pgrps.includes(pg);
  if (!isGroup) {
    if (census.isQuiescent) report.differs('I5', field, 'a group of the table', census.pgrpName(pg));
    return;
  }
  if (!census.isQuiescent && census.isHeld(pg + PG.pg_token)) return;
  if (census.members.get(pg)?.includes(p) !== true)
    report.differs('I5', field, `it on pg_members of ${census.pgrpName(pg)}`, 'it is not there');
}

function checkMembers(census: Census, pg: number): void {
  const { words, report } = census;
  const name = census.pgrpName(pg);
  if (!census.isQuiescent && census.isHeld(pg + PG.pg_token)) return;
  for (const p of census.members.get(pg) ?? []) {
    const own = words[p + P.p_pgrp];
    if (!census.isProc(p)) {
      if (census.isQuiescent)
        report.differs('I5', `${name}.pg_members`, 'processes of the table', `word ${p}`);
    } else if (own !== pg && census.isSettled(p))
      report.differs('I5', `${census.procName(p)}.p_pgrp`, name, census.pgrpName(own));
  }
  const s = words[pg + PG.pg_session];
  if (!census.sessions.includes(s))
    report.differs('I5', `${name}.pg_session`, 'a session of the table', `word ${s}`);
}

function checkLwps(census: Census, p: number): void {
  const { words, report } = census;
  if (!census.isSettled(p)) return;
  let last = -1;
  for (const lp of census.lwps.get(p) ?? []) {
    const tid = words[lp + L.lwp_tid];
    const name = `${census.procName(p)}/${tid}`;
    if (tid <= last) report.differs('I5', `${name}.lwp_tid`, `more than ${last}`, tid);
    last = tid;
    const owner = words[lp + L.lwp_proc];
    if (owner !== p) report.differs('I5', `${name}.lwp_proc`, census.procName(p), census.procName(owner));
    const td = words[lp + L.lwp_thread];
    if (td <= 0 || !census.threads.includes(td)) continue;
    if (words[td + TD.td_lwp] !== lp)
      report.differs('I5', `${name}.lwp_thread`, `td_lwp ${lp}`, words[td + TD.td_lwp]);
    if (words[td + TD.td_proc] !== p)
      report.differs('I5', `${name}.lwp_thread`, `td_proc ${p}`, words[td + TD.td_proc]);
  }
}
