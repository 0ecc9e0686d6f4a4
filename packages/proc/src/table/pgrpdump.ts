/**
 * Owns the debugger's command `show pgrpdump` (seed lines 1386-1421): all groups with their members, read
 * from the words of a machine that stands still or of a crash dump. Takes no tokens and makes no steps.
 */
import { type Memory, Symbols } from '@smplab/kmem';
import { dumpList } from './dump-list.ts';
import { PG, S } from './pgrp-layout.ts';
import { P } from './proc.ts';
import { G, PRG, Procglob } from './procglob.ts';

/** The lines the command prints. */
export function pgrpdump(memory: Memory): string[] {
  const { words } = memory;
  const { pointer: g } = new Symbols(memory).find('proc_globals');
  const lines: string[] = [];
  for (let index = 0; index < words[g + G.g_hsize]; index++) {
    const first = words[words[g + G.g_procglob] + index * Procglob.size + PRG.allpgrp];
    if (first === 0) continue;
    lines.push(`\tindx ${index}`);
    for (const pg of dumpList(words, first, PG.pg_list)) lines.push(...groupLines(words, pg));
  }
  return lines;
}

function groupLines(words: Int32Array, pg: number): string[] {
  const sess = words[pg + PG.pg_session];
  const members = words[pg + PG.pg_members];
  const lines = [
    `\tpgrp ${hex(pg)}, pgid ${words[pg + PG.pg_id]}, sess ${hex(sess)}, ` +
      `sesscnt ${words[sess + S.s_count]}, mem ${hex(members)}`,
  ];
  for (const p of dumpList(words, members, P.p_pglist)) {
    lines.push(`\t\tpid ${words[p + P.p_pid]} addr ${hex(p)} pgrp ${hex(words[p + P.p_pgrp])}`);
  }
  return lines;
}

function hex(pointer: number): string {
  return `0x${pointer.toString(16)}`;
}
