import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { fixjobcAsSeed, orphanpgAsSeed } from '../../src/table/job-control-seed.ts';
import { PG } from '../../src/table/pgrp.ts';
import { P, SSTOP } from '../../src/table/proc.ts';
import { check, type Row, runs, sent, some, tableProgram, together, verdictOf } from './fixtures/by-hand.ts';

const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3, pgid: 4 },
  { pid: 5, parent: 4, sid: 3, pgid: 5 },
];

describe('the job-control count of the seed', () => {
  it('adjusts the group of the process and those of its children', () => {
    const program = tableProgram('alone', { rows: ROWS }, function* (k, table) {
      const orphans: number[] = [];
      const orphan = function* (context: Context, pg: number): Steps {
        orphans.push(context.get(pg + PG.pg_id));
      };
      const counts = (): string => [4, 5].map((pgid) => k.words[table.pg(pgid) + PG.pg_jobc]).join();
      check(k, counts() === '1,1', counts());
      yield* fixjobcAsSeed(k, table.p(4), table.pg(4), 0, orphan);
      check(k, counts() === '0,0' && orphans.join() === '4,5', `${counts()}, orphaned ${orphans.join()}`);
      yield* fixjobcAsSeed(k, table.p(4), table.pg(4), 1, orphan);
      check(k, counts() === '1,1', counts());
    });
    runs(program);
  });

  it('reads the group of a parent that is not locked', () => {
    const threads = {
      *child(k: Context, p: number, pg: number): Steps {
        yield* fixjobcAsSeed(k, p, pg, 1, orphanpgAsSeed);
      },
      *parent(k: Context, _p: number, _pg: number, parent: number): Steps {
        yield* k.gettoken(parent + P.p_token);
        k.set(parent + P.p_pgrp, k.get(parent + P.p_pgrp));
        yield* k.reltoken(parent + P.p_token);
      },
    };
    const program = tableProgram('race', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(5), table.pg(5), table.p(4));
    });
    verdictOf(program, 'data-race', some(500));
  });

  it('hangs up all members of a group with a stopped one', () => {
    const program = tableProgram(
      'hang up',
      { rows: [...ROWS, { pid: 8, parent: 4, sid: 3, pgid: 4 }] },
      function* (k, table) {
        const pg = table.pg(4);
        yield* k.gettoken(pg + PG.pg_token);
        yield* orphanpgAsSeed(k, pg);
        check(k, sent.length === 0, 'nobody is stopped');
        k.words[table.p(4) + P.p_stat] = SSTOP;
        yield* orphanpgAsSeed(k, pg);
        check(k, sent.join() === '801,819,401,419', sent.join());
        yield* k.reltoken(pg + PG.pg_token);
      },
    );
    runs(program);
  });
});
