import type { Context } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { inferior } from '../../src/table/inferior.ts';
import { P, SIDL } from '../../src/table/proc.ts';
import { actAs, type ByHand, check, type Row, runs, tableProgram, verdictOf } from './fixtures/by-hand.ts';

const ROWS: readonly Row[] = [
  { pid: 0 },
  { pid: 1 },
  { pid: 2, parent: 1 },
  { pid: 3, parent: 2 },
  { pid: 4, parent: 1 },
  { pid: 5, stat: SIDL },
];
const ONE = { strategy: 'random', schedules: 1 };

const program = (asSeed: string[], test: (k: Context, table: ByHand) => Generator<unknown, void, unknown>) =>
  tableProgram('inferior', { rows: ROWS, asSeed }, test);

describe('descent from the current process', () => {
  it('holds for itself and all below it, and for nobody else', () => {
    runs(
      program([], function* (k, table) {
        for (const [own, below] of [
          [0, [0, 1, 2, 3, 4, 5]],
          [1, [1, 2, 3, 4]],
          [2, [2, 3]],
          [4, [4]],
        ] as const) {
          actAs(k, table.p(own));
          for (const pid of [0, 1, 2, 3, 4, 5]) {
            const answer = yield* inferior(k, table.p(pid));
            check(k, answer === Number((below as readonly number[]).includes(pid)), `${pid} below ${own}`);
          }
        }
        for (const { pid } of ROWS) check(k, k.peek(table.p(pid) + P.p_lock) === 0, `${pid} is not held`);
      }),
    );
  });

  it('leaves a hold on process 0 with each failed test, as the seed does', () => {
    const leak = program(['inferior-hold-leak'], function* (k, table) {
      actAs(k, table.p(4));
      yield* inferior(k, table.p(3));
      yield* inferior(k, table.p(3));
      check(k, k.peek(table.p(0) + P.p_lock) === 0, `p_lock is ${k.peek(table.p(0) + P.p_lock)}`);
    });
    verdictOf(leak, 'assertion', ONE);
  });

  it('does not follow the parent of a process that has none yet, where the seed does', () => {
    const embryo = (asSeed: string[]) =>
      program(asSeed, function* (k, table) {
        actAs(k, table.p(4));
        k.words[table.p(5) + P.p_pptr] = 0;
        check(k, (yield* inferior(k, table.p(5))) === 0, 'it is nobody’s');
        check(k, k.peek(table.p(5) + P.p_lock) === 0, 'and not held');
      });
    runs(embryo([]));
    verdictOf(embryo(['inferior-embryo']), 'null-dereference', ONE);
  });
});
