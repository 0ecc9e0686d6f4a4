/**
 * Owns entering the first processes, groups and sessions into the table (seed lines 208-227): while the
 * machine boots, by one realm, without steps and without tokens, directly on words.
 */
import { Symbols } from '@smplab/kmem';
import type { Kernel } from '@smplab/lwkt';
import { PG, S } from './pgrp-layout.ts';
import { P } from './proc.ts';
import { G, PRG, Procglob } from './procglob.ts';

/** Enters a process; the next pid in order is above its own. */
export function procinsertinit(kernel: Kernel, p: number): void {
  const { words } = kernel;
  const { g, prg } = place(kernel, words[p + P.p_pid]);
  insertHead(words, prg + PRG.allproc, p, P.p_list);
  words[p + P.p_serial] = words[g + G.g_procserial]++;
  words[g + G.g_nextpid] = Math.max(words[g + G.g_nextpid], words[p + P.p_pid] + 1);
}

/** Enters a group. */
export function pgrpinsertinit(kernel: Kernel, pg: number): void {
  const { words } = kernel;
  const { g, prg } = place(kernel, words[pg + PG.pg_id]);
  insertHead(words, prg + PRG.allpgrp, pg, PG.pg_list);
  words[g + G.g_npgrps]++;
}

/** Enters a session. */
export function sessinsertinit(kernel: Kernel, sess: number): void {
  const { words } = kernel;
  const { g, prg } = place(kernel, words[sess + S.s_sid]);
  insertHead(words, prg + PRG.allsess, sess, S.s_list);
  words[g + G.g_nsessions]++;
}

/** The globals of the table, and the bucket of an id. */
function place(kernel: Kernel, id: number): { g: number; prg: number } {
  const { words } = kernel;
  const g = new Symbols(kernel.memory).find('proc_globals').pointer;
  const index = id & (words[g + G.g_hsize] - 1);
  return { g, prg: words[g + G.g_procglob] + index * Procglob.size };
}

/** LIST_INSERT_HEAD on words that nobody else can see yet. */
function insertHead(words: Int32Array, head: number, element: number, entry: number): void {
  const next = words[head];
  words[element + entry] = next;
  words[element + entry + 1] = head;
  if (next !== 0) words[next + entry + 1] = element + entry;
  words[head] = element;
}
