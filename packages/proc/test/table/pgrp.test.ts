import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { kmalloc, M_TTY } from '../../src/malloc-types.ts';
import { procs } from '../../src/proc-kernel.ts';
import { isTooSoon } from '../../src/table/pid-domain.ts';
import { leavepgrp } from '../../src/table/leavepgrp.ts';
import { PG, pgfind, pgref, pgrel, pgrpListed, pgtryref, S } from '../../src/table/pgrp.ts';
import { G, PRG } from '../../src/table/procglob.ts';
import { T, Tty } from '../../src/tty/tty-layout.ts';
import { all, check, passes, runs, some, tableProgram, together, verdictOf } from './fixtures/by-hand.ts';
import { agree } from './fixtures/recount.ts';

const ROWS = [{ pid: 0 }, { pid: 3, sid: 3 }, { pid: 4, sid: 3, pgid: 4 }, { pid: 5, sid: 3, pgid: 4 }];
const ONE = { strategy: 'random', schedules: 1 };

describe('references of a group', () => {
  it('are counted, and the last one ends the group and what it had', () => {
    const program = tableProgram('last', { rows: ROWS }, function* (k, table) {
      const pg = yield* pgfind(k, 4);
      check(k, pg === table.pg(4) && k.peek(pg + PG.pg_refs) === 3, 'found and referenced');
      check(k, (yield* pgfind(k, 8)) === 0, 'there is no group 8');
      yield* leavepgrp(k, table.p(4));
      yield* leavepgrp(k, table.p(5));
      agreeBut(k, pg);
      yield* pgrel(k, pg);
      check(k, (yield* pgfind(k, 4)) === 0, 'it is gone');
      check(k, pgrpListed(k, procs(k).bucketOf(4), 4) === 0, 'and not listed');
      check(k, k.words[table.g + G.g_npgrps] === 2 && isTooSoon(k, 4), 'its number is not given at once');
      agree(k);
    });
    runs(program);
  });

  /** The one who looks at it has a reference that no member has. */
  function agreeBut(k: Context, pg: number): void {
    check(k, k.peek(pg + PG.pg_refs) === 1, 'one is left');
  }

  it('are found or not, but never of a group that is gone', () => {
    const threads = {
      *finder(k: Context): Steps {
        const pg = yield* pgfind(k, 3);
        if (pg === 0) return;
        check(k, k.get(pg + PG.pg_id) === 3, 'it is group 3');
        yield* pgrel(k, pg);
      },
      *leaving(k: Context, p: number): Steps {
        yield* leavepgrp(k, p);
      },
    };
    const program = tableProgram('found', { rows: ROWS, threads }, function* (k, table) {
      yield* together(k, Object.keys(threads), table.p(3));
      agree(k);
    });
    passes(program, all(1));
    passes(program, some(1000));
  });

  it('are not taken of a group that has none, by a pointer that has none of its own', () => {
    const program = tableProgram('weak', { rows: ROWS }, function* (k, table) {
      const pg = table.pg(4);
      check(k, yield* pgtryref(k, pg), 'while it has members');
      k.words[pg + PG.pg_refs] = 0;
      check(k, !(yield* pgtryref(k, pg)), 'not after');
      yield* pgref(k, pg);
    });
    verdictOf(program, 'panic', ONE);
  });

  it('are refused below none', () => {
    const program = tableProgram('none', { rows: ROWS }, function* (k, table) {
      k.words[table.pg(4) + PG.pg_refs] = 0;
      yield* pgrel(k, table.pg(4));
    });
    verdictOf(program, 'panic', ONE);
  });
});

describe('the terminal of a group that ends', () => {
  /** The last member of foreground group 4 leaves while group 3 is made the foreground group. */
  const program = (asSeed: string[]) =>
    tableProgram(
      'foreground',
      {
        rows: ROWS.slice(0, 3),
        asSeed,
        threads: {
          *leaving(k, p) {
            yield* leavepgrp(k, p);
          },
          *shell(k, _p, tp, foreground) {
            const tty = k.kernel.globals.lookup('tty');
            yield* k.gettoken(tty);
            k.set(tp + T.t_pgrp, foreground);
            yield* k.reltoken(tty);
          },
        },
      },
      function* (k, table) {
        const tp = yield* kmalloc(k, M_TTY, Tty.size);
        k.words[k.words[table.pg(4) + PG.pg_session] + S.s_ttyp] = tp;
        k.words[tp + T.t_pgrp] = table.pg(4);
        yield* together(k, ['leaving', 'shell'], table.p(4), tp, table.pg(3));
        check(k, k.words[tp + T.t_pgrp] === table.pg(3), 'group 3 is in the foreground');
        check(k, pgrpListed(k, procs(k).bucketOf(4), 4) === 0, 'group 4 is gone');
        agree(k);
      },
    );

  it('goes to the group it is given, where the seed may take it away again', () => {
    passes(program([]), all(1));
    passes(program([]), some(1000));
    verdictOf(program(['pgrel-tty']), 'assertion', some(4000));
  });

  it('is left without one', () => {
    const alone = tableProgram('alone', { rows: ROWS.slice(0, 3) }, function* (k, table) {
      const tp = yield* kmalloc(k, M_TTY, Tty.size);
      k.words[k.words[table.pg(4) + PG.pg_session] + S.s_ttyp] = tp;
      k.words[tp + T.t_pgrp] = table.pg(4);
      yield* leavepgrp(k, table.p(4));
      check(k, k.words[tp + T.t_pgrp] === 0, 'no foreground group');
      check(k, k.words[procs(k).bucketOf(4) + PRG.allpgrp] === table.pg(0), 'group 0 is left');
    });
    runs(alone);
  });
});
