import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { kfree, kmalloc, M_LWP, M_PROC } from '../../src/malloc-types.ts';
import { L } from '../../src/table/lwp.ts';
import { proc_add_allproc } from '../../src/table/makepid.ts';
import { P, Proc, SACTIVE, SIDL, SZOMB } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { allproc_scan, alllwp_scan, zombproc_scan } from '../../src/table/scan.ts';
import { proc_move_allproc_zombie } from '../../src/table/zombie.ts';
import {
  check,
  passes,
  type Row,
  runs,
  some,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';

const FIVE: readonly Row[] = [
  { pid: 0 },
  { pid: 1, lwps: 2 },
  { pid: 2, stat: SZOMB },
  { pid: 3, stat: SIDL },
  { pid: 5, lwps: 3 },
];

/** Enters a further process, as fork does. */
function* enterProcess(k: Context, stat = SACTIVE): Steps<number> {
  const p = yield* kmalloc(k, M_PROC, Proc.size);
  k.words[p + P.p_stat] = stat;
  yield* proc_add_allproc(k, p);
  return p;
}

/** Pids in the order a scan visits them. */
function* pidsOf(k: Context, scan: typeof allproc_scan, stopAt = -1): Steps<number[]> {
  const pids: number[] = [];
  yield* scan(k, function* (context, p) {
    const pid = context.get(p + P.p_pid);
    pids.push(pid);
    check(context, context.peek(p + P.p_lock) === 1, 'the process is held');
    return pid === stopAt ? -1 : 0;
  });
  return pids;
}

describe('a scan of all processes', () => {
  it('visits each live process once, and none that is a zombie or being forked', () => {
    const program = (asSeed: string[]) =>
      tableProgram('scan', { rows: FIVE, asSeed }, function* (k) {
        const pids = yield* pidsOf(k, allproc_scan);
        const expected = asSeed.length > 0 ? '0,5,1,3' : '0,5,1';
        check(k, pids.join() === expected, `visited ${pids.join()}`);
        check(k, (yield* pidsOf(k, zombproc_scan)).join() === '2', 'zombies by a scan of their own');
        check(k, (yield* pidsOf(k, allproc_scan, 5)).join() === '0,5', 'ends when told');
      });
    runs(program([]));
    runs(program(['scan-embryo']));
  });

  it('leaves out what is forked while it runs, and so ends', () => {
    const program = (asSeed: string[]) =>
      tableProgram('chase', { rows: FIVE, asSeed }, function* (k, table) {
        k.words[table.g + G.g_nextpid] = 9;
        let visits = 0;
        yield* allproc_scan(k, function* (context) {
          visits++;
          yield* enterProcess(context);
          return 0;
        });
        check(k, visits === 3, `${visits} visits`);
      });
    runs(program([]));
    verdictOf(program(['scan-chases-forks']), 'assertion', { strategy: 'random', schedules: 1 });
  });

  it('misses processes for a limit that was read before it began, as the seed does', () => {
    const rows = [{ pid: 0 }, ...[1, 2, 3, 4, 5, 6, 7].map((pid) => ({ pid }))];
    const program = (asSeed: string[]) =>
      tableProgram('limit', { rows, asSeed }, function* (k, table) {
        // Exits that are not done yet have been taken off the count already.
        k.words[table.g + G.g_nprocs] = 1;
        const pids = yield* pidsOf(k, allproc_scan);
        check(k, pids.length === rows.length, `visited ${pids.join()}`);
      });
    runs(program([]));
    const { message } = verdictOf(program(['scan-limit']), 'assertion', { strategy: 'random', schedules: 1 });
    assert.match(message, /visited 4,0,5,1/);
  });

  it('visits who is there all the time exactly once, whoever comes and goes while a callback blocks', () => {
    const threads = {
      *scanner(k: Context, five: number, one: number): Steps {
        const visits = new Map<number, number>();
        yield* allproc_scan(k, function* (context, p) {
          visits.set(p, (visits.get(p) ?? 0) + 1);
          yield* context.gettoken(p + P.p_token);
          check(context, context.get(p + P.p_stat) !== SZOMB, 'who is held does not become a zombie');
          yield* context.reltoken(p + P.p_token);
          return 0;
        });
        check(k, visits.get(five) === 1, `process 5 is visited ${visits.get(five) ?? 0} times`);
        check(k, (visits.get(one) ?? 0) <= 1, `process 1 is visited ${visits.get(one) ?? 0} times`);
      },
      *forker(k: Context): Steps {
        yield* enterProcess(k);
        yield* enterProcess(k);
      },
      *exiting(k: Context, _five: number, one: number): Steps {
        yield* k.gettoken(one + P.p_token);
        yield* proc_move_allproc_zombie(k, one);
        yield* k.reltoken(one + P.p_token);
      },
    };
    const program = tableProgram('scan', { rows: FIVE, cpus: 3, threads }, function* (k, table) {
      k.words[table.g + G.g_nextpid] = 9;
      yield* together(k, Object.keys(threads), table.p(5), table.p(1));
    });
    passes(program, some(2000));
  });
});

describe('a scan of all lwps', () => {
  const scan = (asSeed: string[], stopAt: number, expected: string) =>
    tableProgram('lwps', { rows: FIVE, asSeed }, function* (k) {
      const seen: string[] = [];
      yield* alllwp_scan(k, function* (context, lp) {
        check(context, context.peek(lp + L.lwp_lock) === 1, 'the lwp is held');
        const tid = context.get(lp + L.lwp_tid);
        seen.push(`${context.get(context.get(lp + L.lwp_proc) + P.p_pid)}.${tid}`);
        return tid === stopAt ? -1 : 0;
      });
      check(k, seen.join() === expected, `visited ${seen.join()}`);
    });

  it('visits each lwp once', () => {
    runs(scan([], 9, '5.1,5.2,5.3,1.1,1.2'));
  });

  it('ends when told, where the seed goes on and forgets', () => {
    runs(scan([], 2, '5.1,5.2'));
    runs(scan(['alllwp-scan-stop'], 2, '5.1,5.2,5.3,1.1,1.2'));
    runs(scan(['alllwp-scan-stop'], 3, '5.1,5.2,5.3'));
  });

  it('walks lwps with the token that guards them, which was once not so', () => {
    const program = (asSeed: string[]) =>
      tableProgram(
        'lwp exits',
        {
          rows: FIVE,
          asSeed,
          threads: {
            *exiting(k, p) {
              yield* k.gettoken(p + P.p_token);
              const lp = k.get(p + P.p_lwp_tree);
              const isHeld = (yield* k.load(lp + L.lwp_lock)) !== 0;
              if (!isHeld) k.set(p + P.p_lwp_tree, k.get(lp + L.lwp_list));
              yield* k.reltoken(p + P.p_token);
              if (!isHeld) yield* kfree(k, M_LWP, lp);
            },
            *scanner(k) {
              yield* alllwp_scan(k, function* () {
                return 0;
              });
            },
          },
        },
        function* (k, table) {
          yield* together(k, ['exiting', 'scanner'], table.p(5));
        },
      );
    passes(program([]), some(500));
    verdictOf(program(['alllwp-unlocked']), 'use-after-free', some(500));
  });
});
