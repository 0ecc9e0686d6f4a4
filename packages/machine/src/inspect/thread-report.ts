/**
 * Owns what an inspection says of threads: where each stands, what it waits for, and which tokens it holds
 * and wants. Pure.
 *
 * A thread that does not run has dropped all its tokens: what is on its stack is what it wants back. Of one
 * that runs, an exclusive reference is held if the token says so; any other is, unless it stands at or
 * above td_toks_have, where an acquisition waits.
 */
import { TOKREF_WORDS, TOK_EXCLUSIVE, TR_COUNT, TR_TOK, T_REF } from '@smplab/token';
import type { MachineMap, ThreadPlace } from './machine-map.ts';

const LONGEST_STACK = 32;

/** One claim of a thread to a token. */
export interface TokenClaim {
  readonly token: number;
  readonly name: string;
  /** `again`: on top of an exclusive claim of the same thread. */
  readonly mode: 'exclusive' | 'shared' | 'again';
}

export interface ThreadReport {
  /** Where the thread lies. */
  readonly thread: number;
  readonly name: string;
  /** CPU that owns it. */
  readonly cpu: number;
  /** False for a thread in no CPU's list: ended, on its way, or lost. */
  readonly isListed: boolean;
  readonly isCurrent: boolean;
  readonly state: string;
  readonly priority: number;
  readonly critical: number;
  /** What it says it waits for; empty when it does not wait. */
  readonly message: string;
  /** Ident it sleeps on; 0 for none. */
  readonly ident: number;
  /** What the ident is. */
  readonly identName: string;
  /** Tick at which its timeout fires; null when none is armed. */
  readonly deadline: number | null;
  readonly function: string;
  readonly references: number;
  readonly flags: readonly string[];
  readonly held: readonly TokenClaim[];
  readonly wanted: readonly TokenClaim[];
}

export function threadReports(map: MachineMap): ThreadReport[] {
  const current = new Set(map.cpus.map((cpu) => map.gd(cpu, 'gd_curthread')));
  return map.threads.map((place) => threadReport(map, place, current.has(place.td)));
}

function threadReport(map: MachineMap, { td, cpuid }: ThreadPlace, isCurrent: boolean): ThreadReport {
  const claims = claimsOf(map, td, isCurrent);
  const state = stateOf(map, td, isCurrent, claims.wanted.length > 0);
  const isAsleep = map.hasFlag(td, 'TSLEEP_DESCHEDULED');
  const waits = isAsleep || claims.wanted.length > 0;
  const ident = map.hasFlag(td, 'TSLEEPQ') ? map.td(td, 'td_wchan') : 0;
  return {
    thread: td,
    name: map.threadName(td),
    cpu: map.td(td, 'td_gd'),
    isListed: cpuid !== null,
    isCurrent,
    state,
    priority: map.td(td, 'td_pri'),
    critical: map.td(td, 'td_critcount'),
    message: waits ? map.file.text('thread', td, 'td_wmesg') : '',
    ident,
    identName: ident === 0 ? '' : map.describe(ident),
    deadline: map.hasFlag(td, 'TIMEOUT_ARMED') ? map.td(td, 'td_deadline') : null,
    function: map.file.functionName(map.td(td, 'td_func')),
    references: map.td(td, 'td_refs'),
    flags: map.file.flags('thread', td, 'td_flags'),
    ...claims,
  };
}

function stateOf(map: MachineMap, td: number, isCurrent: boolean, wants: boolean): string {
  if (map.hasFlag(td, 'EXITING')) {
    const isGone = (map.td(td, 'td_mpflags') & map.file.bit('thread', 'td_mpflags', 'EXITSIG')) !== 0;
    return isGone ? 'ended' : 'exiting';
  }
  if (isCurrent) return map.hasFlag(td, 'IDLE') ? 'idle' : 'running';
  if (map.hasFlag(td, 'IDLE')) return 'ready to idle';
  if (map.hasFlag(td, 'PREEMPT_LOCK')) return 'preempted';
  if (map.hasFlag(td, 'MIGRATING')) return 'migrating';
  if (map.hasFlag(td, 'TSLEEP_DESCHEDULED'))
    return map.hasFlag(td, 'TSLEEPQ') ? 'asleep' : 'asleep, on no queue';
  if (map.hasFlag(td, 'RUNQ')) return wants ? 'wants tokens' : 'runnable';
  return map.hasFlag(td, 'NOSTART') ? 'not started' : 'not scheduled';
}

function claimsOf(
  map: MachineMap,
  td: number,
  isCurrent: boolean,
): { held: TokenClaim[]; wanted: TokenClaim[] } {
  const held: TokenClaim[] = [];
  const wanted: TokenClaim[] = [];
  const base = td + map.file.offset('thread', 'td_toks_array');
  const stop = map.td(td, 'td_toks_stop');
  const have = map.td(td, 'td_toks_have');
  const depth = (stop - base) / TOKREF_WORDS;
  if (!Number.isInteger(depth) || depth < 0 || depth > LONGEST_STACK) {
    if (stop !== 0)
      map.remarks.push(`td_toks_stop of thread ${map.threadName(td)} is ${stop}, outside its stack`);
    return { held, wanted };
  }
  const hasCpu = isCurrent || map.hasFlag(td, 'PREEMPT_LOCK');
  const exclusive = new Set<number>();
  for (let ref = base; ref < stop; ref += TOKREF_WORDS) {
    const token = map.file.word(ref + TR_TOK);
    const isExclusive = (map.file.word(ref + TR_COUNT) & TOK_EXCLUSIVE) !== 0;
    const mode = isExclusive ? 'exclusive' : exclusive.has(token) ? 'again' : 'shared';
    if (isExclusive) exclusive.add(token);
    const isHeld = isExclusive ? map.file.word(token + T_REF) === ref : hasCpu && (have === 0 || ref < have);
    (isHeld ? held : wanted).push({ token, name: map.tokenName(token), mode });
  }
  return { held, wanted };
}
