import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Context, KERN, type Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { kmalloc, M_PROC } from '../../src/malloc-types.ts';
import { procs } from '../../src/proc-kernel.ts';
import { listRemove } from '../../src/queue.ts';
import { proc_add_allproc, proc_makepid } from '../../src/table/makepid.ts';
import { stampReuse } from '../../src/table/pid-domain.ts';
import { P, Proc, SACTIVE } from '../../src/table/proc.ts';
import { G, PRG } from '../../src/table/procglob.ts';
import {
  all,
  check,
  passes,
  ROOT,
  type Row,
  runs,
  some,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';
import { listed } from './fixtures/recount.ts';

/**
 * Old enough that no stamp of the boot is recent: the domains 0 to 399 are stamped as 245 to 388, mod 256.
 */
const LATER = 20_000;

function* enterProcess(k: Context): Steps<number> {
  const p = yield* kmalloc(k, M_PROC, Proc.size);
  k.words[p + P.p_stat] = SACTIVE;
  yield* proc_add_allproc(k, p);
  return k.get(p + P.p_pid);
}

/** Gives the pid of a process back, as its reaper does. */
function* leave(k: Context, p: number): Steps {
  const pid = k.get(p + P.p_pid);
  const prg = procs(k).bucketOf(pid);
  yield* k.gettoken(prg + PRG.proc_token);
  listRemove(k, p, P.p_list);
  stampReuse(k, pid);
  yield* k.reltoken(prg + PRG.proc_token);
}

/** Sets the clock and the stamps: none is recent. */
function quiet(k: Context, second: number): void {
  const { words } = k;
  const { g } = procs(k);
  words[k.kernel.kern + KERN.k_ticks] = second * k.kernel.limits.hz;
  const stamps = words[g + G.g_pid_doms];
  for (let at = 0; at < words[g + G.g_domains]; at++) words[stamps + at] = (second - 100) & 0xff;
}

describe('giving pids', () => {
  it('counts up from the last pid laid out at boot', () => {
    const rows: readonly Row[] = [...ROOT, { pid: 1 }, { pid: 2 }];
    runs(
      tableProgram('in order', { rows }, function* (k) {
        for (const expected of [3, 4, 5]) {
          const pid = yield* enterProcess(k);
          check(k, pid === expected, `pid ${pid}, should be ${expected}`);
        }
      }),
    );
  });

  it('passes by what a process, a group or a session has', () => {
    // Group 4 and session 3 outlive the processes they are called after.
    const rows: readonly Row[] = [...ROOT, { pid: 1, sid: 3, pgid: 4 }, { pid: 2 }];
    runs(
      tableProgram('taken', { rows }, function* (k, table) {
        k.words[table.g + G.g_nextpid] = 2;
        const pids = [yield* enterProcess(k), yield* enterProcess(k), yield* enterProcess(k)];
        check(k, pids.join() === '6,7,8', `pids ${pids.join()}`);
        check(k, k.words[table.g + G.g_pid_inner_skips] === 3, 'each was an inner skip');
      }),
    );
  });

  it('starts again at 100 after the last', () => {
    runs(
      tableProgram('wraps', { rows: ROOT }, function* (k, table) {
        quiet(k, LATER);
        k.words[table.g + G.g_nextpid] = 399;
        check(k, (yield* enterProcess(k)) === 399, 'the last');
        check(k, (yield* enterProcess(k)) === 100, 'and then 100');
      }),
    );
  });

  it('adds a random part below kern.randompid, the same in every run of a schedule', () => {
    runs(
      tableProgram('random', { rows: ROOT }, function* (k, table) {
        quiet(k, LATER);
        k.words[table.g + G.g_randompid] = 100;
        const pids: number[] = [];
        for (let made = 0; made < 8; made++) pids.push(yield* enterProcess(k));
        check(k, new Set(pids).size === 8, 'all differ');
        check(
          k,
          pids.every((pid) => pid < 110),
          `pids ${pids.join()}`,
        );
        const offsets = pids.map((pid, at) => pid - at);
        check(k, new Set(offsets).size > 4, `offsets ${offsets.join()}`);
      }),
    );
  });

  it('never gives one pid to two processes', () => {
    const threads = {
      *one(k: Context): Steps {
        yield* enterProcess(k);
      },
    };
    const program = (asSeed: string[], body: (k: Context, p: number) => Steps) =>
      tableProgram(
        'twice',
        {
          rows: ROOT,
          asSeed,
          threads: {
            ...threads,
            *body(k) {
              const p = yield* kmalloc(k, M_PROC, Proc.size);
              yield* body(k, p);
            },
          },
        },
        function* (k, table) {
          k.words[table.g + G.g_nextpid] = 5;
          yield* together(k, ['one', 'body']);
          const pids = listed(k, PRG.allproc, P.p_list).map((p) => k.words[p + P.p_pid]);
          check(k, new Set(pids).size === pids.length, `pids ${pids.join()}`);
        },
      );
    // The other begins one bucket round lower, and comes to the same pid by a skip.
    const below = function* (k: Context, p: number): Steps {
      k.words[procs(k).g + G.g_nextpid] = 5;
      yield* proc_makepid(k, p, 0);
    };
    passes(program([], below), all(1));
    verdictOf(program(['pid-twice'], below), 'assertion', some(2000));
  });
});

describe('giving a pid back', () => {
  /** Process 100 lives on; 104, of the same bucket, is reaped at some moment. */
  const rows: readonly Row[] = [...ROOT, { pid: 100 }, { pid: 104 }];

  it('keeps its domain for some seconds, also where a skip leads to it', () => {
    const program = (asSeed: string[]) =>
      tableProgram('inner', { rows, asSeed }, function* (k, table) {
        quiet(k, LATER);
        yield* leave(k, table.p(104));
        k.words[table.g + G.g_nextpid] = 100;
        const pid = yield* enterProcess(k);
        check(k, pid === 108, `pid ${pid}`);
      });
    runs(program([]));
    const { message } = verdictOf(program(['makepid-inner-stamp']), 'assertion', some(1));
    assert.match(message, /pid 104/);
  });

  it('is seen by who waits for the bucket at that moment', () => {
    const program = (asSeed: string[]) =>
      tableProgram(
        'early',
        {
          rows,
          asSeed,
          threads: {
            *reaper(k, p) {
              yield* leave(k, p);
              yield* k.store(procs(k).g + G.g_forkid, 1);
            },
            *forker(k) {
              const pid = yield* enterProcess(k);
              check(k, pid !== 104, 'pid 104 is used again at once');
            },
          },
        },
        function* (k, table) {
          quiet(k, LATER);
          k.words[table.g + G.g_nextpid] = 104;
          yield* together(k, ['reaper', 'forker'], table.p(104));
        },
      );
    passes(program([]), all(2));
    verdictOf(program(['makepid-early-stamp']), 'assertion', some(2000));
  });

  it('follows a plain model: never taken, never too soon', () => {
    const plan = fc.array(fc.record({ exits: fc.boolean(), which: fc.nat(9), seconds: fc.nat(12) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(plan, fc.integer({ min: 90, max: 399 }), (moves, first) => {
        const given = new Map<number, number>();
        const live = new Map<number, number>();
        const program = tableProgram('model', { rows: ROOT }, function* (k, table) {
          given.clear();
          live.clear();
          let now = LATER;
          quiet(k, now);
          k.words[table.g + G.g_nextpid] = first;
          for (const { exits, which, seconds } of moves) {
            now += seconds;
            k.words[k.kernel.kern + KERN.k_ticks] = now * k.kernel.limits.hz;
            const pids = [...live.keys()];
            const pid = pids[which % Math.max(1, pids.length)];
            if (exits && pid !== undefined) {
              yield* leave(k, live.get(pid)!);
              live.delete(pid);
              given.set(pid, now);
            } else {
              const p = yield* kmalloc(k, M_PROC, Proc.size);
              yield* proc_add_allproc(k, p);
              const made = k.get(p + P.p_pid);
              check(k, !live.has(made), `pid ${made} is given twice`);
              const back = given.get(made);
              const isSoon = made >= 100 && back !== undefined && now - back <= 10;
              check(k, !isSoon, `pid ${made} is given ${now - (back ?? 0)} seconds after its end`);
              live.set(made, p);
            }
          }
        });
        runs(program);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});
