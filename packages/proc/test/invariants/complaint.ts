/** Owns what the tests of invariants share: a change of a valid table, and what is said of it. */
import assert from 'node:assert/strict';
import { GD, TD, TDF_RUNNING } from '@smplab/lwkt';
import {
  TOK_EXCLUSIVE,
  TOK_INCR,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  T_COUNT,
  T_REF,
  TOKREF_WORDS,
} from '@smplab/token';
import { TestTable } from './table-builder.ts';

export type Change = (table: TestTable) => void;

/** Each change of a valid table is complained of in these words first. */
export function complains(
  quiescent: boolean,
  cases: readonly (readonly [Change, RegExp])[],
  asSeed: readonly string[] = [],
): void {
  for (const [change, said] of cases) {
    const table = new TestTable(asSeed);
    change(table);
    const lines = table.complaints(quiescent);
    assert.match(lines[0] ?? 'nothing is wrong', said);
  }
}

/** Adds to a word. */
export const add =
  (where: (table: TestTable) => number, delta = 1): Change =>
  (table) => {
    table.words[where(table)] += delta;
  };

export const set =
  (where: (table: TestTable) => number, value: (table: TestTable) => number): Change =>
  (table) => {
    table.words[where(table)] = value(table);
  };

/** The word behind a pointer of a process. */
export const through = (pid: number, field: number, offset: number) => (table: TestTable) =>
  table.words[table.p(pid) + field] + offset;

/** Puts a token on the stack of a thread, as a running thread has it. */
export function hold(t: TestTable, td: number, token: number, exclusive: boolean): number {
  const { words, kernel } = t;
  const ref = words[td + TD.td_toks_stop];
  words[ref + TR_TOK] = token;
  words[ref + TR_OWNER] = td;
  words[ref + TR_COUNT] = exclusive ? TOK_EXCLUSIVE : 0;
  words[td + TD.td_toks_stop] = ref + TOKREF_WORDS;
  words[td + TD.td_flags] |= TDF_RUNNING;
  words[td + TD.td_critcount] = 0;
  words[kernel.gdOf(words[td + TD.td_gd]) + GD.gd_curthread] = td;
  if (exclusive) {
    words[token + T_COUNT] |= TOK_EXCLUSIVE;
    words[token + T_REF] = ref;
  } else words[token + T_COUNT] += TOK_INCR;
  return ref;
}
