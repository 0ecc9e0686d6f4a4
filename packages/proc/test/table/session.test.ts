import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { kmalloc, M_TTY } from '../../src/malloc-types.ts';
import { isTooSoon } from '../../src/table/pid-domain.ts';
import { PG, S } from '../../src/table/pgrp.ts';
import { P } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { isSessionLeader, sess_hold, sess_rele, sessionOf } from '../../src/table/session.ts';
import { T, Tty } from '../../src/tty/tty-layout.ts';
import { all, called, check, passes, runs, tableProgram, together, verdictOf } from './fixtures/by-hand.ts';

const ROWS = [{ pid: 0 }, { pid: 3, sid: 3 }, { pid: 4, sid: 3 }];
const ONE = { strategy: 'random', schedules: 1 };

describe('references of a session', () => {
  it('end with the session, which leaves its terminal', () => {
    const program = (asSeed: string[]) =>
      tableProgram('last', { rows: ROWS, asSeed }, function* (k, table) {
        const sess = k.words[table.pg(3) + PG.pg_session];
        const tp = yield* kmalloc(k, M_TTY, Tty.size);
        k.words[tp + T.t_session] = sess;
        k.words[sess + S.s_ttyp] = tp;
        yield* sess_hold(k, sess);
        yield* sess_rele(k, sess);
        check(k, k.words[table.g + G.g_nsessions] === 2, 'it is still there');
        yield* sess_rele(k, sess);
        check(k, k.words[table.g + G.g_nsessions] === 1, 'it is gone');
        check(k, called.join() === `ttyunhold ${tp}`, 'its hold of the terminal is given back');
        check(k, isTooSoon(k, 3), 'its number is not given at once');
        check(k, k.words[tp + T.t_session] === 0, 'the terminal does not point at it');
      });
    runs(program([]));
    verdictOf(program(['tty-freed-session']), 'assertion', ONE);
  });

  it('do not take a terminal away from the session it went to', () => {
    const program = tableProgram('other', { rows: ROWS }, function* (k, table) {
      const sess = k.words[table.pg(3) + PG.pg_session];
      const tp = yield* kmalloc(k, M_TTY, Tty.size);
      k.words[tp + T.t_session] = 77;
      k.words[sess + S.s_ttyp] = tp;
      yield* sess_rele(k, sess);
      check(k, k.words[tp + T.t_session] === 77, 'the terminal stays where it is');
    });
    runs(program);
  });

  it('end once, whoever gives the last one back', () => {
    const threads = {
      *one(k: Context, sess: number): Steps {
        yield* sess_rele(k, sess);
      },
      *two(k: Context, sess: number): Steps {
        yield* sess_rele(k, sess);
      },
    };
    const program = tableProgram('both', { rows: ROWS, threads }, function* (k, table) {
      const sess = k.words[table.pg(3) + PG.pg_session];
      yield* sess_hold(k, sess);
      yield* together(k, Object.keys(threads), sess);
      check(k, k.words[table.g + G.g_nsessions] === 1, 'it is gone');
    });
    passes(program, all(1));
  });

  it('are refused below none', () => {
    const program = tableProgram('none', { rows: ROWS }, function* (k, table) {
      const sess = k.words[table.pg(3) + PG.pg_session];
      k.words[sess + S.s_count] = 0;
      yield* sess_rele(k, sess);
    });
    verdictOf(program, 'panic', ONE);
  });
});

describe('the session of a process', () => {
  it('is that of its group, and it leads the one that has its number', () => {
    const program = tableProgram('leader', { rows: ROWS }, function* (k, table) {
      for (const [pid, leads] of [
        [3, true],
        [4, false],
      ] as const) {
        const p = table.p(pid);
        yield* k.gettoken(p + P.p_token);
        check(k, sessionOf(k, p) === k.words[table.pg(3) + PG.pg_session], 'session 3');
        check(k, isSessionLeader(k, p) === leads, `process ${pid}`);
        k.set(p + P.p_pgrp, 0);
        check(k, sessionOf(k, p) === 0 && !isSessionLeader(k, p), 'in no group');
        yield* k.reltoken(p + P.p_token);
      }
    });
    runs(program);
  });
});
