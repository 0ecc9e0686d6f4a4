import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { pfind, pfindn, zpfind } from '../../src/table/find.ts';
import { prele } from '../../src/table/hold.ts';
import { P, SIDL, SZOMB } from '../../src/table/proc.ts';
import { proc_move_allproc_zombie } from '../../src/table/zombie.ts';
import {
  actAs,
  all,
  check,
  passes,
  type Row,
  runs,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';

const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 4 },
  { pid: 8, stat: SZOMB },
  { pid: 12, stat: SIDL },
  { pid: 5, sid: 5 },
];

describe('finding a process', () => {
  it('finds by pid who is no zombie, held, among others of the bucket', () => {
    const program = tableProgram('pfind', { rows: ROWS }, function* (k, table) {
      for (const pid of [0, 4, 12, 5]) {
        const p = yield* pfind(k, pid);
        check(k, p === table.p(pid) && k.peek(p + P.p_lock) === 1, `process ${pid} is found and held`);
        check(k, (yield* pfindn(k, pid)) === p && k.peek(p + P.p_lock) === 1, 'pfindn takes no hold');
      }
      for (const pid of [8, 9, 16, -4, 399]) {
        check(k, (yield* pfind(k, pid)) === 0, `there is no process ${pid}`);
        check(k, (yield* pfindn(k, pid)) === 0, `nor does pfindn find ${pid}`);
      }
    });
    runs(program);
  });

  it('finds the current process without a look at the table', () => {
    const program = tableProgram('self', { rows: ROWS }, function* (k, table) {
      const p = table.p(4);
      actAs(k, p);
      k.words[p + P.p_stat] = SZOMB;
      check(k, (yield* pfind(k, 4)) === p && k.peek(p + P.p_lock) === 1, 'held');
      check(k, (yield* pfindn(k, 4)) === p, 'found');
    });
    runs(program);
  });

  it('finds zombies apart from the others', () => {
    const program = (asSeed: string[]) =>
      tableProgram('zpfind', { rows: ROWS, asSeed }, function* (k, table) {
        const p = yield* zpfind(k, 8);
        check(k, p === table.p(8) && k.peek(p + P.p_lock) === 1, 'the zombie is found and held');
        actAs(k, table.p(4));
        check(k, (yield* zpfind(k, 4)) === 0, 'the current process is no zombie');
      });
    runs(program([]));
    verdictOf(program(['zpfind-curproc']), 'assertion', { strategy: 'random', schedules: 1 });
  });

  it('never finds who becomes a zombie while it is held', () => {
    const threads = {
      *finder(k: Context): Steps {
        const p = yield* pfind(k, 4);
        if (p === 0) return;
        check(k, k.peek(p + P.p_stat) !== SZOMB, 'it is no zombie when it is found');
        yield* k.fence();
        check(k, k.peek(p + P.p_stat) !== SZOMB, 'nor while it is held');
        yield* prele(k, p);
      },
      *exiting(k: Context, p: number): Steps {
        yield* k.gettoken(p + P.p_token);
        yield* proc_move_allproc_zombie(k, p);
        yield* k.reltoken(p + P.p_token);
      },
    };
    const program = tableProgram('exit', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(4));
    });
    passes(program, all(2));
  });
});
