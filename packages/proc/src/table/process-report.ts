/**
 * Owns what a crash dump says of processes: a row for each in the table, zombies too, by pid. Reads the words
 * of a machine that stands still, trusts none of them, takes no tokens and makes no steps.
 */
import { type Memory, readCstring, Symbols } from '@smplab/kmem';
import { TD } from '@smplab/lwkt';
import { dumpList } from './dump-list.ts';
import { L } from './lwp.ts';
import { PG, S } from './pgrp-layout.ts';
import {
  COMM_BYTES,
  P,
  PLOCK_MASK,
  PLOCK_WAITING,
  PLOCK_ZOMB,
  PROC_FLAGS,
  SACTIVE,
  SCORE,
  SIDL,
  SSTOP,
  SZOMB,
} from './proc.ts';
import { G, PRG, Procglob } from './procglob.ts';

export interface ProcessReport {
  readonly pid: number;
  /** Of the parent, group and session; null where the pointer leads nowhere. */
  readonly ppid: number | null;
  readonly pgid: number | null;
  readonly sid: number | null;
  readonly stat: string;
  readonly flags: readonly string[];
  /** Holds, and the bits beside them. */
  readonly lock: string;
  readonly threads: number;
  readonly comm: string;
  /** What its first lwp sleeps for; empty if it does not. */
  readonly wmesg: string;
}

const STATS: ReadonlyMap<number, string> = new Map([
  [SIDL, 'SIDL'],
  [SACTIVE, 'SACTIVE'],
  [SSTOP, 'SSTOP'],
  [SZOMB, 'SZOMB'],
  [SCORE, 'SCORE'],
]);
const WMESG_BYTES = 16;

/** Whether a memory has a process table. */
export function hasProcesses(memory: Memory): boolean {
  return new Symbols(memory).all().some(({ name }) => name === 'proc_globals');
}

/** The processes, by pid. */
export function processReports(memory: Memory): ProcessReport[] {
  const { words } = memory;
  const { pointer: g } = new Symbols(memory).find('proc_globals');
  const found = new Set<number>();
  for (let index = 0; index < words[g + G.g_hsize]; index++) {
    const bucket = words[g + G.g_procglob] + index * Procglob.size;
    for (const p of dumpList(words, words[bucket + PRG.allproc], P.p_list)) found.add(p);
  }
  const reports = Array.from(found, (p) => reportOf(memory, p));
  return reports.sort((a, b) => a.pid - b.pid);
}

function reportOf(memory: Memory, p: number): ProcessReport {
  const { words } = memory;
  const pg = words[p + P.p_pgrp];
  const flags = words[p + P.p_flags];
  const stat = words[p + P.p_stat];
  const lp = words[p + P.p_lwp_tree];
  return {
    pid: words[p + P.p_pid],
    ppid: wordOf(words, words[p + P.p_pptr], P.p_pid),
    pgid: wordOf(words, pg, PG.pg_id),
    sid: wordOf(words, wordOf(words, pg, PG.pg_session) ?? 0, S.s_sid),
    stat: STATS.get(stat) ?? String(stat),
    flags: Object.entries(PROC_FLAGS).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name])),
    lock: lockText(words[p + P.p_lock]),
    threads: words[p + P.p_nthreads],
    comm: printable(readCstring(memory, p + P.p_comm, COMM_BYTES)),
    wmesg: wmesgOf(memory, wordOf(words, lp, L.lwp_thread) ?? 0),
  };
}

function wordOf(words: Int32Array, pointer: number, offset: number): number | null {
  return pointer > 0 && pointer + offset < words.length ? words[pointer + offset] : null;
}

function lockText(lock: number): string {
  const bits = [(lock & PLOCK_ZOMB) !== 0 && 'ZOMB', (lock & PLOCK_WAITING) !== 0 && 'WAITING'];
  return [String(lock & PLOCK_MASK), ...bits.filter((bit) => bit !== false)].join('+');
}

function wmesgOf(memory: Memory, td: number): string {
  const isAsleep = (wordOf(memory.words, td, TD.td_wchan) ?? 0) !== 0;
  return isAsleep ? printable(readCstring(memory, td + TD.td_wmesg, WMESG_BYTES)) : '';
}

/** A dump may hold anything, and goes to a terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
