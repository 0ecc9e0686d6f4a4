import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EINVAL, ENOMEM, ENOTDIR } from '../../src/errno.ts';
import { procs } from '../../src/proc-kernel.ts';
import { CR } from '../../src/cred/ucred.ts';
import { KINFO_PROC_BYTES, kinfoProcOf, NOUDEV } from '../../src/sysctl/kinfo.ts';
import { S } from '../../src/table/pgrp.ts';
import { P, P_CONTROLT, SACTIVE, SIDL, SZOMB } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { T, Tty } from '../../src/tty/tty-layout.ts';
import { type ByHand, runs } from '../table/fixtures/by-hand.ts';
import {
  actAs,
  byName,
  imprison,
  pidsOf,
  records,
  sysctl,
  sysctlProgram,
} from './fixtures/sysctl-program.ts';

const DEV = 0xc00;
/** Session 3 with two groups and a terminal, session 7 without; 6 has three lwps. */
const ROWS = [
  { pid: 0 },
  { pid: 3, sid: 3, lwps: 1 },
  { pid: 4, parent: 3, sid: 3, lwps: 1 },
  { pid: 5, parent: 3, sid: 3, pgid: 5 },
  { pid: 6, parent: 3, sid: 3, pgid: 5, lwps: 3 },
  { pid: 7, sid: 7, lwps: 1 },
];
const OWNERS = { 5: 20, 6: 20, 7: 21 };

/** One run as a process of that table, of which 4 and 6 have the terminal. */
function scan(pid: number, body: (k: Context, table: ByHand) => Steps): () => void {
  return () => {
    runs(
      sysctlProgram('one scan', { rows: ROWS, owners: OWNERS, cpus: 2 }, function* (k, table) {
        const tty = yield* k.allocate('tty', Tty.size, true);
        k.words[tty + T.t_dev] = DEV;
        k.words[tty + T.t_session] = table.sessions.get(3)!;
        k.words[tty + T.t_pgrp] = table.pg(5);
        k.words[table.sessions.get(3)! + S.s_ttyp] = tty;
        for (const each of [4, 6]) k.words[table.p(each) + P.p_flags] |= P_CONTROLT;
        actAs(k, table.p(pid));
        yield* body(k, table);
        actAs(k, 0);
      }),
    );
  };
}

describe('kern.proc selects', () => {
  it(
    'all processes, those of a group, a terminal, a user, a real user, or one',
    scan(3, function* (k, table) {
      k.words[k.words[table.p(4) + P.p_ucred] + CR.cr_ruid] = 21;
      const cases: readonly (readonly [string, readonly number[], readonly number[]])[] = [
        ['all', [], [0, 3, 4, 5, 6, 7]],
        ['pgrp', [3], [3, 4]],
        ['pgrp', [5], [5, 6]],
        ['pgrp', [99], []],
        ['tty', [DEV], [4, 6]],
        ['tty', [DEV + 1], []],
        ['tty', [NOUDEV], []],
        ['uid', [20], [5, 6]],
        ['uid', [99], []],
        ['ruid', [21], [4, 7]],
        ['pid', [6], [6]],
        ['pid', [99], []],
        ['pid', [-1], []],
      ];
      for (const [kind, further, pids] of cases) {
        assert.deepEqual(pidsOf(yield* records(k, kind, ...further)), pids, `${kind} ${further.join()}`);
      }
    }),
  );

  it(
    'lwps one by one; a process without one still has a record',
    scan(3, function* (k) {
      const threads = (yield* records(k, 'pgrp_lwp', 5)).map((ki) => [ki.kp_pid, ki.kp_lwp.kl_tid]);
      threads.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assert.deepEqual(threads, [
        [5, 0],
        [6, 1],
        [6, 2],
        [6, 3],
      ]);
      assert.equal((yield* records(k, 'pid_lwp', 6)).length, 3);
      assert.equal((yield* records(k, 'pid', 6)).length, 1);
      assert.equal((yield* records(k, 'pid_lwp', 5)).length, 1);
    }),
  );

  it(
    'with exactly the numbers that belong to it',
    scan(3, function* (k) {
      for (const kind of ['pid', 'pgrp', 'tty', 'uid', 'ruid', 'pid_lwp', 'uid_lwp']) {
        assert.equal((yield* byName(k, `kern.proc.${kind}`)).error, EINVAL, kind);
        assert.equal((yield* byName(k, `kern.proc.${kind}`, [1, 2])).error, EINVAL, kind);
      }
      assert.equal((yield* byName(k, 'kern.proc.all_lwp', [1])).error, EINVAL);
      assert.equal((yield* byName(k, 'kern.proc.all', [1])).error, ENOTDIR);
      for (const kind of ['args', 'cwd', 'pathname']) {
        assert.equal((yield* byName(k, `kern.proc.${kind}`)).error, EINVAL, kind);
        assert.equal((yield* byName(k, `kern.proc.${kind}`, [1, 2])).error, EINVAL, kind);
      }
    }),
  );

  it(
    'no process that is still being made, but zombies',
    scan(3, function* (k, table) {
      k.words[table.p(4) + P.p_stat] = SIDL;
      k.words[table.p(4) + P.p_ucred] = 0;
      k.words[table.p(5) + P.p_stat] = SZOMB;
      assert.deepEqual(pidsOf(yield* records(k, 'all')), [0, 3, 5, 6, 7]);
      assert.deepEqual(pidsOf(yield* records(k, 'pid', 4)), []);
      assert.deepEqual(pidsOf(yield* records(k, 'pid', 5)), [], 'pfind knows no zombies');
      k.words[table.p(5) + P.p_stat] = SACTIVE;
    }),
  );
});

describe('the room kern.proc wants', () => {
  it(
    'is told with five records to spare, one for each lwp and kernel thread',
    scan(3, function* (k) {
      const records = function* (kind: string, ...further: number[]): Steps<number> {
        const { error, oldlen } = yield* byName(k, `kern.proc.${kind}`, further, null);
        assert.equal(error, 0);
        assert.equal(oldlen % KINFO_PROC_BYTES, 0);
        return oldlen / KINFO_PROC_BYTES;
      };
      const { bytes } = yield* byName(k, 'kern.proc.all');
      const there = bytes.length / KINFO_PROC_BYTES;
      assert.ok(there > 6, 'kernel threads are counted');
      assert.equal(yield* records('all'), there + 5);
      assert.equal(yield* records('all_lwp'), there + 5 + 2);
      assert.equal(yield* records('pgrp', 5), 2 + 5);
      assert.equal(yield* records('pid', 6), 1, 'one process needs no reserve');
      assert.equal(yield* records('pid', 99), 0);
    }),
  );

  it(
    'may be less than there is: what fits is given, and the scan ends there',
    scan(3, function* (k) {
      const room = 2 * KINFO_PROC_BYTES + 10;
      const { error, oldlen, needed, bytes } = yield* sysctl(k, [1, 14, 0], room);
      assert.deepEqual([error, oldlen, bytes.length], [ENOMEM, room, room]);
      assert.equal(needed, 3 * KINFO_PROC_BYTES, 'it stopped at the first that did not fit');
      assert.equal(kinfoProcOf(bytes).length, 2);
      assert.equal((yield* sysctl(k, [1, 14, 0], 0)).error, ENOMEM);
      assert.equal((yield* sysctl(k, [1, 14, 1, 99], 0)).error, 0, 'nothing fits into no room');
      assert.equal((yield* sysctl(k, [1, 14, 1, 6], 8)).error, ENOMEM);
    }),
  );
});

describe('whom kern.proc shows', () => {
  const showallprocs = (k: Context, value: number): void => {
    k.words[procs(k).g + G.g_ps_showallprocs] = value;
  };

  it(
    'everybody to everybody; without ps_showallprocs only the own user, and all to root',
    scan(5, function* (k, table) {
      assert.deepEqual(pidsOf(yield* records(k, 'all')), [0, 3, 4, 5, 6, 7]);
      showallprocs(k, 0);
      assert.deepEqual(pidsOf(yield* records(k, 'all')), [5, 6]);
      assert.deepEqual(pidsOf(yield* records(k, 'uid', 21)), []);
      assert.deepEqual(
        pidsOf(yield* records(k, 'pid', 7)),
        [7],
        'as in the seed, kern.proc.pid does not ask',
      );
      actAs(k, table.p(3));
      assert.deepEqual(pidsOf(yield* records(k, 'all')), [0, 3, 4, 5, 6, 7]);
    }),
  );

  it(
    'a prisoner his fellows alone, and no kernel threads',
    scan(6, function* (k, table) {
      yield* imprison(k, table.p(6), 2);
      const shown = yield* records(k, 'all');
      assert.deepEqual(
        shown.map((ki) => [ki.kp_pid, ki.kp_jailid]),
        [[6, 2]],
      );
      assert.deepEqual(pidsOf(yield* records(k, 'pid', 3)), []);
      assert.deepEqual(pidsOf(yield* records(k, 'uid', 0)), []);
    }),
  );

  it(
    'kernel threads with kern.proc.all, unless ps_showallthreads is off',
    scan(7, function* (k) {
      const threads = function* (kind: string, ...further: number[]): Steps<number> {
        return (yield* records(k, kind, ...further)).filter((ki) => ki.kp_pid === -1).length;
      };
      assert.ok((yield* threads('all')) >= 2, 'an idle thread for each CPU');
      assert.equal(yield* threads('all_lwp'), yield* threads('all'));
      for (const kind of ['pgrp', 'tty', 'uid', 'ruid']) assert.equal(yield* threads(kind, 0), 0, kind);
      k.words[procs(k).g + G.g_ps_showallthreads] = 0;
      assert.equal(yield* threads('all'), 0);
    }),
  );
});

describe('a record of kern.proc', () => {
  it(
    'says who the process is, where it belongs and on which terminal',
    scan(3, function* (k) {
      const [ki] = yield* records(k, 'pid', 6);
      assert.deepEqual(
        [ki.kp_pid, ki.kp_ppid, ki.kp_pgid, ki.kp_sid, ki.kp_jobc, ki.kp_stat, ki.kp_nthreads],
        [6, 3, 5, 3, 2, SACTIVE, 3],
      );
      assert.deepEqual([ki.kp_uid, ki.kp_ruid, ki.kp_svuid, ki.kp_ngroups], [20, 20, 20, 1]);
      assert.deepEqual([ki.kp_tdev, ki.kp_tpgid, ki.kp_tsid], [DEV, 5, 3]);
      assert.equal(ki.kp_lock, 1, 'the hold of who looks');
      const [other] = yield* records(k, 'pid', 7);
      assert.deepEqual([other.kp_tdev, other.kp_tpgid, other.kp_tsid], [NOUDEV, 0, 0]);
      const [leader] = yield* records(k, 'pid', 3);
      assert.deepEqual([leader.kp_auxflags & 2, ki.kp_auxflags & 2], [2, 0]);
    }),
  );

  it(
    'of a kernel thread has no process',
    scan(3, function* (k) {
      const threads = (yield* records(k, 'all')).filter((ki) => ki.kp_pid === -1);
      for (const ki of threads) {
        assert.deepEqual([ki.kp_lwp.kl_pid, ki.kp_lwp.kl_tid, ki.kp_tdev], [-1, -1, NOUDEV]);
        assert.ok(ki.kp_comm.length > 0);
        assert.ok(ki.kp_ktaddr > 0);
      }
      const cpus = threads.filter((ki) => ki.kp_comm.includes('idle')).map((ki) => ki.kp_lwp.kl_cpuid);
      assert.deepEqual(cpus, [1, 0], 'the next CPU first, the own one last');
    }),
  );
});
