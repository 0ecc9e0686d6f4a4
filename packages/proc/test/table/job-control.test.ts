import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { listInsertHead, listRemove } from '../../src/queue.ts';
import { fixjobc, jobc_update, orphanpg } from '../../src/table/job-control.ts';
import { PG } from '../../src/table/pgrp.ts';
import { P, SSTOP } from '../../src/table/proc.ts';
import { leavepgrp } from '../../src/table/leavepgrp.ts';
import { sys_setpgid } from '../../src/table/prot.ts';
import {
  actAs,
  all,
  check,
  passes,
  type Row,
  runs,
  sent,
  some,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';
import { agree } from './fixtures/recount.ts';

/** A shell (3), its job (4, with 5 below it in the same group), and a process of another session (7). */
const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3, pgid: 4 },
  { pid: 5, parent: 4, sid: 3, pgid: 4 },
  { pid: 7, parent: 3, sid: 7 },
];

/** Process p exits as far as job control is concerned. */
function* exit(k: Context, p: number): Steps {
  yield* fixjobc(k, p, k.peek(p + P.p_pgrp), 0);
}

describe('the count of a group', () => {
  it('falls when the one that qualifies exits, and not twice', () => {
    const program = tableProgram('exit', { rows: ROWS }, function* (k, table) {
      const pg = table.pg(4);
      check(k, k.words[pg + PG.pg_jobc] === 1, 'process 4 counts, process 5 does not');
      yield* exit(k, table.p(4));
      check(k, k.words[pg + PG.pg_jobc] === 0, 'orphaned');
      yield* jobc_update(k, table.p(4));
      yield* jobc_update(k, table.p(5));
      agree(k);
      check(k, sent.length === 0, 'nobody is stopped, nobody is hung up');
    });
    runs(program);
  });

  it('falls when the parent of the one that qualifies exits', () => {
    const program = tableProgram('parent', { rows: ROWS }, function* (k, table) {
      k.words[table.p(5) + P.p_stat] = SSTOP;
      yield* exit(k, table.p(3));
      agree(k);
      check(k, k.words[table.pg(4) + PG.pg_jobc] === 0, 'orphaned');
      check(k, sent.join() === '501,519,401,419', `sent ${sent.join()}`);
    });
    runs(program);
  });

  it('follows a process that gets another parent', () => {
    const program = tableProgram('reparent', { rows: ROWS }, function* (k, table) {
      const [old, now, p] = [table.p(4), table.p(3), table.p(5)];
      yield* k.gettoken(old + P.p_token);
      yield* k.gettoken(p + P.p_token);
      yield* k.gettoken(now + P.p_token);
      listRemove(k, p, P.p_sibling);
      listInsertHead(k, now + P.p_children, p, P.p_sibling);
      k.set(p + P.p_pptr, now);
      for (const each of [now, p, old]) yield* k.reltoken(each + P.p_token);
      yield* jobc_update(k, p);
      check(k, k.words[table.pg(4) + PG.pg_jobc] === 2, 'both count');
      agree(k);
      // The reaper of another session: only process 4 is left to count.
      k.words[p + P.p_pptr] = table.p(7);
      yield* jobc_update(k, p);
      check(k, k.words[table.pg(4) + PG.pg_jobc] === 1, 'one counts');
    });
    runs(program);
  });

  it('is right in the end, whoever exits, moves and is reaped at the same time', () => {
    const threads = {
      *shell(k: Context, shell: number): Steps {
        actAs(k, shell);
        yield* sys_setpgid(k, 4, 3);
        yield* sys_setpgid(k, 4, 4);
      },
      *job(k: Context, _shell: number, job: number): Steps {
        yield* exit(k, job);
        yield* leavepgrp(k, job);
      },
      *child(k: Context, _shell: number, _job: number, child: number): Steps {
        actAs(k, child);
        yield* sys_setpgid(k, 0, 0);
        yield* sys_setpgid(k, 0, 4);
      },
    };
    const program = tableProgram('all', { rows: ROWS, cpus: 3, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(3), table.p(4), table.p(5));
      agree(k);
    });
    passes(program, some(1500));
  });
});

describe('an orphaned group', () => {
  it('is hung up if a member is stopped, and left alone if not, or if it is not orphaned', () => {
    const program = tableProgram('hang up', { rows: ROWS }, function* (k, table) {
      const pg = table.pg(4);
      yield* orphanpg(k, pg);
      check(k, sent.length === 0, 'a member counts');
      k.words[pg + PG.pg_jobc] = 0;
      yield* orphanpg(k, pg);
      check(k, sent.length === 0, 'nobody is stopped');
      k.words[table.p(4) + P.p_stat] = SSTOP;
      yield* orphanpg(k, pg);
      check(k, sent.join() === '501,519,401,419', `sent ${sent.join()}`);
      for (const pid of [4, 5]) check(k, k.peek(table.p(pid) + P.p_lock) === 0, 'nobody is held');
    });
    runs(program);
  });

  /** Process 5 leaves the group, and joins another, while the group is hung up. */
  const leaving = (asSeed: string[]) =>
    tableProgram(
      'leaving',
      {
        rows: [...ROWS, { pid: 8, parent: 4, sid: 3, pgid: 4 }, { pid: 9, parent: 7, sid: 7 }],
        asSeed,
        threads: {
          *orphan(k, pg) {
            yield* orphanpg(k, pg);
          },
          *leaver(k, _pg, p) {
            actAs(k, p);
            yield* k.gettoken(p + P.p_token);
            yield* k.reltoken(p + P.p_token);
            yield* sys_setpgid(k, 0, 3);
          },
        },
      },
      function* (k, table) {
        const pg = table.pg(4);
        k.words[pg + PG.pg_jobc] = 0;
        for (const pid of [4, 5, 8]) {
          k.words[table.p(pid) + P.p_stat] = SSTOP;
          k.words[table.p(pid) + P.p_jobcpg] = 0;
        }
        yield* together(k, ['orphan', 'leaver'], pg, table.p(5));
        check(k, !sent.includes(319), `the shell is sent signals: ${sent.join()}`);
        check(k, sent.includes(419) && sent.includes(819), `others are not: ${sent.join()}`);
      },
    );

  it('is hung up as it was, where the seed walks on from who has left', () => {
    passes(leaving([]), all(1));
    passes(leaving([]), some(500));
    const result = verdictOf(leaving(['orphanpg-walk']), 'assertion', some(1500));
    assert.match(result.message, /signals|others/);
  });
});
