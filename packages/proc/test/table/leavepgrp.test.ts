import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { leavepgrp } from '../../src/table/leavepgrp.ts';
import { PG } from '../../src/table/pgrp.ts';
import { P } from '../../src/table/proc.ts';
import { sys_setpgid } from '../../src/table/prot.ts';
import { actAs, all, check, passes, runs, tableProgram, together } from './fixtures/by-hand.ts';
import { agree } from './fixtures/recount.ts';

const ROWS = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3, pgid: 4 },
  { pid: 5, parent: 4, sid: 3, pgid: 4 },
];

describe('leaving a group for good', () => {
  it('takes a member that still counts out of the count', () => {
    const program = tableProgram('counts', { rows: ROWS }, function* (k, table) {
      const pg = table.pg(4);
      check(k, k.words[pg + PG.pg_jobc] === 1, 'process 4 counts');
      check(k, (yield* leavepgrp(k, table.p(4))) === 0, 'always 0');
      check(k, k.words[pg + PG.pg_jobc] === 0 && k.words[table.p(4) + P.p_pgrp] === 0, 'no longer');
      check(k, (yield* leavepgrp(k, table.p(4))) === 0, 'nothing is left to do');
      agree(k);
    });
    runs(program);
  });

  it('leaves the group the process is in when it comes to it', () => {
    const threads = {
      *leaving(k: Context, _parent: number, p: number): Steps {
        yield* leavepgrp(k, p);
      },
      *parent(k: Context, parent: number): Steps {
        actAs(k, parent);
        yield* sys_setpgid(k, 5, 5);
      },
    };
    const program = tableProgram('moved', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(4), table.p(5));
      check(k, k.words[table.p(5) + P.p_pgrp] === 0, 'it is in none');
      agree(k);
    });
    passes(program, all(1));
  });
});
