import { describe, it } from 'mocha';
import { JOBC_OUT } from '../../src/table/job-control.ts';
import { moveMember, settleCounts } from '../../src/table/pgrp-member.ts';
import { PG } from '../../src/table/pgrp.ts';
import { P } from '../../src/table/proc.ts';
import { check, runs, tableProgram } from './fixtures/by-hand.ts';

const ROWS = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3, pgid: 4 },
  { pid: 5, parent: 4, sid: 3, pgid: 4 },
];

describe('the step from one group to another', () => {
  it('changes the lists at once, and the count of the old group afterwards', () => {
    const program = tableProgram('step', { rows: ROWS }, function* (k, table) {
      const [p, target, old] = [table.p(4), table.pg(3), table.pg(4)];
      const tokens = [target + PG.pg_token, p + P.p_token, old + PG.pg_token];
      for (const token of tokens) yield* k.gettoken(token);
      const debt = moveMember(k, p, target, old);
      for (const token of tokens.toReversed()) yield* k.reltoken(token);
      check(k, debt && k.words[old + PG.pg_jobc] === 1, 'the old group counts it still');
      check(k, k.words[old + PG.pg_members] === table.p(5), 'one member is left');
      check(k, k.words[target + PG.pg_members] === p && k.words[p + P.p_pgrp] === target, 'it is there');
      yield* settleCounts(k, p, target, old, debt);
      // Process 5 has a parent in another group now.
      check(k, k.words[old + PG.pg_jobc] === 1 && k.words[p + P.p_jobcpg] === 0, 'its child counts instead');
    });
    runs(program);
  });

  it('does not count who has left the count for good', () => {
    const program = tableProgram('out', { rows: ROWS }, function* (k, table) {
      const p = table.p(4);
      k.words[p + P.p_jobcpg] = JOBC_OUT;
      for (const at of [table.pg(3) + PG.pg_token, p + P.p_token, table.pg(4) + PG.pg_token])
        yield* k.gettoken(at);
      check(k, !moveMember(k, p, table.pg(3), table.pg(4)), 'nothing is owed');
      check(k, k.words[p + P.p_jobcpg] === JOBC_OUT, 'it stays out');
      for (const at of [table.pg(4) + PG.pg_token, p + P.p_token, table.pg(3) + PG.pg_token])
        yield* k.reltoken(at);
    });
    runs(program);
  });
});
