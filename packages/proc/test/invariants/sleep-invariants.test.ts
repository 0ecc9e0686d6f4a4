import { Lock, LKC_SHREQ, TD, TDF_TIMEOUT_ARMED, TDF_TSLEEP_DESCHEDULED, TDF_TSLEEPQ } from '@smplab/lwkt';
import { PG } from '../../src/table/pgrp.ts';
import { P, PLOCK_WAITING } from '../../src/table/proc.ts';
import { G } from '../../src/table/procglob.ts';
import { TestTable } from './table-builder.ts';
import { type Change, complains, set } from './complaint.ts';

describe('I8: sleepers', () => {
  const sleep =
    (pid: number, ident: (t: TestTable) => number, wmesg: string, also: Change = () => undefined): Change =>
    (t) => {
      const td = t.threads.get(pid)!;
      t.words[td + TD.td_flags] = TDF_TSLEEPQ | TDF_TSLEEP_DESCHEDULED;
      t.words[td + TD.td_wchan] = ident(t);
      t.kernel.writeText(td + TD.td_wmesg, wmesg);
      also(t);
    };
  const lock = (t: TestTable): number => t.p(3) + P.p_lock;
  const nthreads = (t: TestTable): number => t.p(3) + P.p_nthreads;
  const pgLock = (t: TestTable): number => t.groups.get(3)! + PG.pg_lock;

  it('have a reason to wait', () => {
    complains(true, [
      [
        sleep(2, lock, 'reap1'),
        /^I8: thread p2 asleep on "reap1": .* a reason to wait, found process 3\.p_lock has no PLOCK_WAITING/,
      ],
      [
        sleep(
          2,
          lock,
          'reap1',
          set(lock, () => PLOCK_WAITING),
        ),
        /found process 3\.p_lock has no holds/,
      ],
      [sleep(3, nthreads, 'killlwps'), /found process 3\.p_nthreads is 1/],
      [sleep(2, nthreads, 'reap3'), /nothing is wrong/],
      [sleep(3, (t) => t.p(3), 'stop'), /found process 3\.p_stat is 2/],
      [sleep(2, (t) => t.p(3) + P.p_flags, 'ppwait'), /found process 3 has no P_PPWAIT/],
      [sleep(2, pgLock, 'pgwt'), /found group 3\.pg_lock is free/],
      [
        sleep(
          2,
          pgLock,
          'pgwt',
          set(
            (t) => pgLock(t) + Lock.offsets.lk_count,
            () => LKC_SHREQ + 1,
          ),
        ),
        /nothing is wrong/,
      ],
      [sleep(2, (t) => t.g + G.g_hook_lock, 'hooks'), /found g_hook_lock is free/],
      [sleep(2, (t) => t.p(2), 'wait'), /nothing is wrong/],
    ]);
  });

  it('are left alone while a timeout is armed or somebody is inside the kernel, and are on a queue', () => {
    const timed = (t: TestTable): void => {
      t.words[t.threads.get(2)! + TD.td_flags] |= TDF_TIMEOUT_ARMED;
    };
    const lost = (t: TestTable): void => {
      t.words[t.threads.get(2)! + TD.td_flags] &= ~TDF_TSLEEPQ;
    };
    complains(true, [
      [sleep(2, lock, 'reap1', timed), /nothing is wrong/],
      [sleep(2, lock, 'reap1', lost), /^I8: thread p2 asleep on "reap1": expected it on a sleep queue/],
    ]);
    complains(false, [[sleep(2, lock, 'reap1'), /nothing is wrong/]]);
  });
});
