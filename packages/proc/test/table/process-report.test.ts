import assert from 'node:assert/strict';
import { Memory, writeCstring } from '@smplab/kmem';
import { TD } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { L } from '../../src/table/lwp.ts';
import { COMM_BYTES, P, P_WEXIT, PLOCK_WAITING, PLOCK_ZOMB, SZOMB } from '../../src/table/proc.ts';
import { hasProcesses, processReports } from '../../src/table/process-report.ts';
import { ByHand } from './fixtures/by-hand.ts';
import { bootedKernel } from './fixtures/booted-kernel.ts';

function dumped(): { kernel: ReturnType<typeof bootedKernel>; table: ByHand } {
  const kernel = bootedKernel();
  const table = new ByHand([
    { pid: 0 },
    { pid: 3, sid: 3, lwps: 2 },
    { pid: 7, parent: 3, sid: 3, pgid: 7 },
    { pid: 5, parent: 3, stat: SZOMB },
  ]);
  table.boot(kernel);
  return { kernel, table };
}

describe('processes of a machine that has crashed', () => {
  it('are told by pid, with parent, group, session and what they wait for', () => {
    const { kernel, table } = dumped();
    const { words, memory } = kernel;
    const p = table.p(3);
    writeCstring(memory, p + P.p_comm, COMM_BYTES, 'sh\u001b[2J');
    words[p + P.p_flags] = P_WEXIT;
    words[p + P.p_lock] = 2 | PLOCK_ZOMB | PLOCK_WAITING;
    const td = kernel.gdOf(0);
    words[words[p + P.p_lwp_tree] + L.lwp_thread] = td;
    words[td + TD.td_wchan] = 1;
    writeCstring(memory, td + TD.td_wmesg, 16, 'wait');
    const reports = processReports(memory);
    assert.deepEqual(
      reports.map(({ pid, ppid, pgid, sid, stat }) => [pid, ppid, pgid, sid, stat]),
      [
        [0, null, 0, 0, 'SACTIVE'],
        [3, 0, 3, 3, 'SACTIVE'],
        [5, 3, null, null, 'SZOMB'],
        [7, 3, 7, 3, 'SACTIVE'],
      ],
    );
    const { flags, lock, threads, comm, wmesg } = reports[1];
    assert.deepEqual([flags, lock, threads, comm, wmesg], [['WEXIT'], '2+ZOMB+WAITING', 2, 'sh?[2J', 'wait']);
  });

  it('are told as far as pointers lead somewhere', () => {
    const { kernel, table } = dumped();
    const { words } = kernel;
    const p = table.p(7);
    for (const field of [P.p_pptr, P.p_pgrp, P.p_lwp_tree]) words[p + field] = 0x7fffff00;
    words[p + P.p_stat] = 77;
    const report = processReports(kernel.memory).find(({ pid }) => pid === 7);
    const { ppid, pgid, sid, stat, wmesg } = report ?? assert.fail('it is there');
    assert.deepEqual([ppid, pgid, sid, stat, wmesg], [null, null, null, '77', '']);
  });

  it('are none of a machine without a table', () => {
    assert.equal(hasProcesses(dumped().kernel.memory), true);
    assert.equal(hasProcesses(bootedKernel().memory), false);
    assert.equal(hasProcesses(Memory.create({ maximumWords: 1 << 16 })), false);
  });
});
