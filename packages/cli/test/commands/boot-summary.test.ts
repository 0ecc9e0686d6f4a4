import assert from 'node:assert/strict';
import type { MachineReport } from '@smplab/machine';
import { machineText } from '../../src/commands/boot-summary.ts';

const REPORT: MachineReport = {
  driver: 'live',
  outcome: 'failed',
  verdict: 'panic',
  message: 'no more',
  cpu: 0,
  thread: 'main',
  stack: 'Error: no more\n    at main (a.ts:1:2)',
  cpus: [{ cpu: 0, threadId: 3, operations: 1_234_567, switches: 2, messages: 3, ticks: 4, preemptions: 5 }],
  ticks: 200,
  seconds: 2.5,
  runSeconds: 2,
  traceHash: null,
  dump: '/tmp/a.kdump',
  notes: [],
};

describe('the summary of a machine', () => {
  it('says how it ended, what each CPU did, and where to look further', () => {
    assert.equal(
      machineText('mine', REPORT, 'smplab inspect /tmp/a.kdump'),
      [
        '✗ panic "mine": no more   live · 1 CPUs · 2.00 s',
        '',
        ' cpu  thread  operations  per second  switches  preemptions  messages  ticks',
        'cpu0       3   1,234,567     617,284         2            5         3      4',
        '',
        '1,234,567 operations, 617,284 a second',
        '    at main (a.ts:1:2)',
        'crash dump: /tmp/a.kdump',
        'inspect: smplab inspect /tmp/a.kdump',
      ].join('\n'),
    );
  });

  it('gives the time of a simulated machine as its own', () => {
    const report: MachineReport = {
      ...REPORT,
      driver: 'simulate',
      outcome: 'halted',
      runSeconds: 0.002,
      stack: '',
      dump: null,
    };
    const text = machineText('mine', { ...report, traceHash: 'abc' }, null);
    assert.ok(text.includes('simulate · 1 CPUs · 2.000 ms of virtual time\n'), text);
    assert.ok(text.includes('1,234,567 operations, 617,283,500 a virtual second\ntrace abc'), text);
  });

  it('leaves out what is not known', () => {
    const report = {
      ...REPORT,
      outcome: 'halted',
      verdict: null,
      stack: '',
      dump: null,
      runSeconds: null,
    } as const;
    assert.match(
      machineText('mine', report, null),
      /^✓ halted "mine": no more {3}live · 1 CPUs\n[^]*\n1,234,567 operations$/,
    );
  });
});
