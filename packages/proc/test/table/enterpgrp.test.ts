import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EPERM, ESRCH } from '../../src/errno.ts';
import { procs } from '../../src/proc-kernel.ts';
import { enterpgrp } from '../../src/table/enterpgrp.ts';
import { leavepgrp } from '../../src/table/leavepgrp.ts';
import { PG, S } from '../../src/table/pgrp.ts';
import { P, P_CONTROLT, SZOMB } from '../../src/table/proc.ts';
import { G, PRG } from '../../src/table/procglob.ts';
import { sys_setpgid, sys_setsid } from '../../src/table/prot.ts';
import {
  actAs,
  all,
  type ByHand,
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

/** A shell (3) with a job (4) and two children of that job. */
const SHELL: readonly Row[] = [
  { pid: 0 },
  { pid: 3, sid: 3 },
  { pid: 4, parent: 3, sid: 3 },
  { pid: 5, parent: 4, sid: 3 },
  { pid: 6, parent: 4, sid: 3 },
];

/** Threads that each act as a process, at the same time; then all counts must agree. */
function race(
  bodies: Readonly<Record<number, (k: Context, result: number) => Steps>>,
  asSeed: readonly string[] = [],
  after: (k: Context, table: ByHand, result: number) => void = () => undefined,
) {
  let known: ByHand | null = null;
  const threads = Object.fromEntries(
    Object.entries(bodies).map(([pid, body]) => [
      `p${pid}`,
      function* (k: Context, result: number): Steps {
        actAs(k, known!.p(Number(pid)));
        yield* body(k, result);
      },
    ]),
  );
  const cpus = Object.keys(bodies).length;
  return tableProgram('race', { rows: SHELL, cpus, threads, asSeed }, function* (k, table) {
    known = table;
    const result = yield* k.allocate('result', 4, true);
    yield* together(k, Object.keys(threads), result);
    agree(k);
    after(k, table, result);
  });
}

/** Somebody else's business with the bucket of an id: who waits for it loses the token of the process. */
function* useBucket(k: Context, id: number): Steps {
  const token = procs(k).bucketOf(id) + PRG.proc_token;
  for (let turn = 0; turn < 8; turn++) {
    yield* k.gettoken(token);
    yield* k.reltoken(token);
  }
}

const pgidOf = (k: Context, table: ByHand, pid: number): number =>
  k.words[k.words[table.p(pid) + P.p_pgrp] + PG.pg_id];
const sidOf = (k: Context, table: ByHand, pid: number): number =>
  k.words[k.words[k.words[table.p(pid) + P.p_pgrp] + PG.pg_session] + S.s_sid];

describe('moving a process to another group', () => {
  const byParent = function* (k: Context): Steps {
    const error = yield* sys_setpgid(k, 5, 5);
    check(k, error === 0, `setpgid by the parent gives ${error}`);
  };
  const byChild = function* (k: Context): Steps {
    const error = yield* sys_setpgid(k, 0, 0);
    check(k, error === 0, `setpgid by the child gives ${error}`);
  };
  const both = { 4: byParent, 5: byChild };

  it('makes one group when parent and child ask for it at the same time', () => {
    passes(
      race(both, [], (k, table) => check(k, pgidOf(k, table, 5) === 5, 'it is in its group')),
      all(1),
    );
    passes(race(both), some(1500));
  });

  it('makes two groups of one number as the seed does', () => {
    // The second process joins whichever group is there.
    const busy = {
      *3(k: Context): Steps {
        yield* useBucket(k, 5);
      },
      *4(k: Context): Steps {
        yield* byParent(k);
        check(k, (yield* sys_setpgid(k, 6, 5)) === 0, 'the second joins');
      },
      5: byChild,
    };
    passes(race(busy), some(1500));
    const { message } = verdictOf(race(busy, ['enterpgrp-revalidate']), 'assertion', some(6000));
    assert.match(message, /different groups of/);
  });

  it('lets either setsid or the setpgid of the parent win, and answers EPERM to the other', () => {
    const bodies = {
      *4(k: Context, result: number): Steps {
        k.words[result] = yield* sys_setpgid(k, 5, 5);
      },
      *5(k: Context, result: number): Steps {
        k.words[result + 1] = yield* sys_setsid(k);
      },
    };
    const seen = new Set<string>();
    const after = (k: Context, table: ByHand, result: number): void => {
      const answers = `${k.words[result]} ${k.words[result + 1]} ${sidOf(k, table, 5)}`;
      seen.add(answers);
      check(k, [`0 ${-EPERM} 3`, `${-EPERM} 5 5`].includes(answers), `answers are ${answers}`);
    };
    passes(race(bodies, [], after), all(1));
    passes(race(bodies, [], after), some(1000));
    assert.equal(seen.size, 2);
    const { message } = verdictOf(race(bodies, ['setsid-revalidate']), 'panic', some(3000));
    assert.match(message, /enterpgrp: setsid into non-empty pgrp/);
  });

  it('keeps pg_jobc right when a parent and its child move at the same time', () => {
    const bodies = {
      *3(k: Context): Steps {
        yield* sys_setpgid(k, 4, 4);
        yield* sys_setpgid(k, 4, 3);
      },
      *4(k: Context): Steps {
        yield* sys_setpgid(k, 5, 5);
      },
      *5(k: Context): Steps {
        yield* sys_setpgid(k, 0, 4);
      },
    };
    passes(race(bodies), some(1500));
    const result = verdictOf(race(bodies, ['fixjobc-unlocked']), 'assertion', some(4000));
    assert.match(result.message, /pg_jobc/);
  });

  it('makes a session without a terminal, with the login name of the old one', () => {
    const program = tableProgram('setsid', { rows: SHELL }, function* (k, table) {
      const p = table.p(5);
      const old = k.words[table.pg(3) + PG.pg_session];
      k.words[old + S.s_login] = 0x746f6f72;
      k.words[p + P.p_flags] = P_CONTROLT;
      actAs(k, p);
      check(k, (yield* sys_setsid(k)) === 5, 'setsid gives the pid');
      const sess = k.words[k.words[p + P.p_pgrp] + PG.pg_session];
      check(k, k.words[sess + S.s_leader] === p && k.words[sess + S.s_sid] === 5, 'it leads the session');
      check(k, k.words[sess + S.s_login] === 0x746f6f72, 'it is logged in under the same name');
      check(k, k.words[p + P.p_flags] === 0, 'it has no terminal');
      check(k, k.words[table.g + G.g_nsessions] === 3 && k.words[table.g + G.g_npgrps] === 3, 'counted');
      agree(k);
      check(k, (yield* sys_setsid(k)) === -EPERM, 'a leader cannot do it again');
      check(k, (yield* sys_setpgid(k, 0, 0)) === -EPERM, 'nor leave its group');
    });
    runs(program);
  });

  it('refuses a zombie, a process without a group and a group of another number', () => {
    const program = tableProgram('refused', { rows: SHELL }, function* (k, table) {
      const p = table.p(5);
      check(k, (yield* enterpgrp(k, p, 77, 0)) === EPERM, 'there is no group 77');
      k.words[p + P.p_stat] = SZOMB;
      check(k, (yield* enterpgrp(k, p, 5, 0)) === ESRCH, 'a zombie');
      yield* leavepgrp(k, p);
      check(k, (yield* enterpgrp(k, p, 5, 0)) === ESRCH, 'in no group');
      agree(k);
    });
    runs(program);
  });

  it('releases a token it never took when the process is gone, as the seed does', () => {
    for (const asSeed of [['enterpgrp-error-release'], ['enterpgrp-error-release', 'enterpgrp-revalidate']]) {
      const program = tableProgram('gone', { rows: SHELL, asSeed }, function* (k, table) {
        const p = table.p(5);
        k.words[p + P.p_stat] = SZOMB;
        yield* k.gettoken(p + P.p_token);
        yield* enterpgrp(k, p, 5, 0);
      });
      const { message } = verdictOf(program, 'token-misuse', { strategy: 'random', schedules: 1 });
      assert.match(message, /lwkt_reltoken: main releases .*which it does not hold/);
    }
  });

  it('hangs nobody up for a group that gains a qualified child before it loses one', () => {
    const program = tableProgram('no orphan', { rows: SHELL }, function* (k, table) {
      actAs(k, table.p(3));
      yield* sys_setpgid(k, 4, 4);
      // Group 4 counts process 4; process 5 joins it and is not counted.
      yield* sys_setpgid(k, 5, 4);
      check(k, k.words[k.words[table.p(4) + P.p_pgrp] + PG.pg_jobc] === 1, 'process 4 counts');
      k.words[table.p(5) + P.p_stat] = 3;
      // Process 4 goes back: now its child qualifies the group, which is at no time orphaned.
      yield* sys_setpgid(k, 4, 3);
      check(k, sent.length === 0, `sent ${sent.join(' ')}`);
      agree(k);
    });
    runs(program);
  });
});
