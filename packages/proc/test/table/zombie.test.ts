import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { pfind, zpfind } from '../../src/table/find.ts';
import { phold, pholdzomb, prele, prelezomb } from '../../src/table/hold.ts';
import { isTooSoon } from '../../src/table/pid-domain.ts';
import { P, SZOMB } from '../../src/table/proc.ts';
import { proc_move_allproc_zombie, proc_remove_zombie } from '../../src/table/zombie.ts';
import { all, check, passes, runs, some, tableProgram, together, verdictOf } from './fixtures/by-hand.ts';

const ROWS = [
  { pid: 0 },
  { pid: 4 },
  { pid: 8, parent: 4, stat: SZOMB },
  { pid: 12, parent: 4, stat: SZOMB },
];

/** Reaps the zombie as kern_wait does: the parent's token, ZOMB and one hold. */
function* reap(k: Context, parent: number, p: number): Steps {
  yield* k.gettoken(parent + P.p_token);
  check(k, (yield* pholdzomb(k, p)) === 0, 'nobody else reaps it');
  yield* k.gettoken(p + P.p_token);
  yield* proc_remove_zombie(k, p);
  yield* k.reltoken(p + P.p_token);
  yield* prelezomb(k, p);
  yield* k.reltoken(parent + P.p_token);
}

describe('leaving the table', () => {
  it('takes a zombie from its bucket and its parent, and keeps its pid for a while', () => {
    const program = tableProgram('remove', { rows: ROWS }, function* (k, table) {
      const [parent, p] = [table.p(4), table.p(8)];
      yield* reap(k, parent, p);
      check(k, (yield* zpfind(k, 8)) === 0, 'it is not found any more');
      check(k, k.words[p + P.p_pptr] === 0, 'it has no parent');
      check(k, k.words[parent + P.p_children] === table.p(12), 'its sibling is left');
      check(k, isTooSoon(k, 8), 'its pid is not given at once');
    });
    runs(program);
  });

  it('waits for who found the zombie before', () => {
    const threads = {
      *reaper(k: Context, parent: number, p: number): Steps {
        yield* reap(k, parent, p);
      },
      *finder(k: Context, _parent: number, p: number): Steps {
        const found = yield* zpfind(k, 8);
        if (found === 0) return;
        check(k, found === p && k.peek(p + P.p_pptr) !== 0, 'who is held stays in the table');
        yield* k.fence();
        check(k, k.peek(p + P.p_pptr) !== 0, 'until it is let go');
        yield* prele(k, p);
      },
    };
    const program = tableProgram('held', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(4), table.p(8));
      check(k, k.peek(table.p(8) + P.p_lock) === 0, 'nobody holds it');
    });
    passes(program, all(1));
    passes(program, some(1500));
  });

  it('removes with no hold of its own, as the reaper of the seed does', () => {
    const program = (asSeed: string[]) =>
      tableProgram('seed', { rows: ROWS, asSeed }, function* (k, table) {
        const p = table.p(8);
        yield* pholdzomb(k, p);
        if (asSeed.length > 0) yield* prele(k, p);
        yield* k.gettoken(p + P.p_token);
        yield* k.gettoken(table.p(4) + P.p_token);
        yield* proc_remove_zombie(k, p);
        yield* k.reltoken(table.p(4) + P.p_token);
        yield* k.reltoken(p + P.p_token);
      });
    runs(program([]));
    runs(program(['reap-keeps-hold']));
  });

  it('makes a zombie only of whom nobody holds', () => {
    const threads = {
      *exiting(k: Context, p: number): Steps {
        yield* k.gettoken(p + P.p_token);
        yield* proc_move_allproc_zombie(k, p);
        yield* k.reltoken(p + P.p_token);
      },
      *finder(k: Context): Steps {
        const p = yield* pfind(k, 4);
        if (p !== 0) yield* prele(k, p);
      },
    };
    const program = tableProgram('exit', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(4));
      check(k, (yield* pfind(k, 4)) === 0, 'it is not found any more');
      check(k, k.words[table.p(4) + P.p_stat] === SZOMB, 'it is a zombie');
    });
    passes(program, all(2));
    // A hold that is never given back keeps it for ever.
    const stuck = tableProgram('stuck', { rows: ROWS }, function* (k, table) {
      yield* phold(k, table.p(4));
      yield* proc_move_allproc_zombie(k, table.p(4));
    });
    verdictOf(stuck, 'deadlock', { strategy: 'random', schedules: 1 });
  });
});
