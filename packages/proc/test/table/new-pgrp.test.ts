import { describe, it } from 'mocha';
import { procs } from '../../src/proc-kernel.ts';
import { dropNew, enterNewPgrp, newPgrp, newSession } from '../../src/table/new-pgrp.ts';
import { PG, pgfind, S } from '../../src/table/pgrp.ts';
import { G, PRG } from '../../src/table/procglob.ts';
import { check, runs, tableProgram } from './fixtures/by-hand.ts';

const ROWS = [{ pid: 0 }, { pid: 3, sid: 3 }, { pid: 5, sid: 3 }];

describe('a new group', () => {
  it('is unknown until it is entered, in the old session or in a new one', () => {
    const program = tableProgram('enter', { rows: ROWS }, function* (k, table) {
      const old = k.words[table.pg(3) + PG.pg_session];
      for (const [pgid, makes] of [
        [5, false],
        [6, true],
      ] as const) {
        const prg = procs(k).bucketOf(pgid);
        const pg = yield* newPgrp(k, pgid);
        const sess = makes ? yield* newSession(k, table.p(5), pgid) : 0;
        check(k, (yield* pgfind(k, pgid)) === 0, 'unknown');
        yield* k.gettoken(prg + PRG.proc_token);
        yield* enterNewPgrp(k, prg, pg, sess, old);
        yield* k.reltoken(prg + PRG.proc_token);
        check(k, (yield* pgfind(k, pgid)) === pg && k.words[pg + PG.pg_refs] === 2, 'entered');
        check(k, k.words[pg + PG.pg_session] === (makes ? sess : old), 'in its session');
      }
      check(k, k.words[old + S.s_count] === 2, 'groups 3 and 5');
      check(k, k.words[table.g + G.g_npgrps] === 4 && k.words[table.g + G.g_nsessions] === 3, 'counted');
    });
    runs(program);
  });

  it('that is not needed is thrown away', () => {
    const program = tableProgram('drop', { rows: ROWS, checkLeaks: true }, function* (k, table) {
      yield* dropNew(k, yield* newPgrp(k, 5), yield* newSession(k, table.p(5), 5));
      yield* dropNew(k, 0, 0);
    });
    runs(program);
  });
});
