import { describe, it } from 'mocha';
import { EPERM, ESRCH } from '../../src/errno.ts';
import { enterpgrpAsSeed } from '../../src/table/enterpgrp-seed.ts';
import { PG, S } from '../../src/table/pgrp.ts';
import { P, SZOMB } from '../../src/table/proc.ts';
import { check, type Row, runs, tableProgram, verdictOf } from './fixtures/by-hand.ts';
import { agree } from './fixtures/recount.ts';

const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3 },
  { pid: 5, parent: 4, sid: 3 },
];

describe('enterpgrp of the seed, alone', () => {
  it('moves to new and known groups, and to a new session', () => {
    for (const asSeed of [[], ['fixjobc-unlocked']]) {
      const program = tableProgram('moves', { rows: ROWS, asSeed }, function* (k, table) {
        const p = table.p(5);
        for (const [pgid, mksess] of [
          [5, false],
          [5, false],
          [3, false],
          [5, true],
        ] as const) {
          check(k, (yield* enterpgrpAsSeed(k, p, pgid, mksess)) === 0, `to group ${pgid}`);
          const pg = k.words[p + P.p_pgrp];
          check(k, k.words[pg + PG.pg_id] === pgid, `in group ${pgid}`);
          check(k, k.words[k.words[pg + PG.pg_session] + S.s_sid] === (mksess ? 5 : 3), 'in its session');
          agree(k);
        }
        check(k, (yield* enterpgrpAsSeed(k, p, 3, false)) === EPERM, 'a leader stays');
      });
      runs(program);
    }
  });

  it('refuses who is not in the table, and panics for a group of another number', () => {
    const gone = tableProgram('gone', { rows: ROWS }, function* (k, table) {
      k.words[table.p(5) + P.p_stat] = SZOMB;
      check(k, (yield* enterpgrpAsSeed(k, table.p(5), 5, false)) === ESRCH, 'a zombie');
      agree(k);
    });
    runs(gone);
    const other = tableProgram('other', { rows: ROWS }, function* (k, table) {
      yield* enterpgrpAsSeed(k, table.p(5), 77, false);
    });
    verdictOf(other, 'panic', { strategy: 'random', schedules: 1 });
  });
});
