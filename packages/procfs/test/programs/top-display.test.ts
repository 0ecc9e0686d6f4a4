import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseStatus, type ProcRecord } from '../../src/programs/proc-table.ts';
import { type Sample, topLines } from '../../src/programs/top-display.ts';
import { STATUS } from './fake-proc.ts';

function record(text: string, more: Partial<ProcRecord> = {}): ProcRecord {
  const status = parseStatus(text);
  assert.ok(status !== null);
  return { ...status, args: '', ...more };
}

const NO_TEXTS = { loadavg: null, uptime: null, stat: null, meminfo: null };
const sample = (ticks: number, processes: readonly ProcRecord[], stat: string | null = null): Sample => ({
  ...{ ticks, hz: 100, time: 'now', texts: { ...NO_TEXTS, stat }, processes },
});

describe('a display of top', () => {
  it('leaves out what the tree does not have', () => {
    assert.deepEqual(topLines(sample(0, [record(STATUS.init)]), null, String, 5), [
      'now',
      '1 processes: 0 not waiting',
      '',
      'PID USER TT WCHAN    TIME  CPU COMMAND',
      '  1 0    ?? wait  0:00.01 0.0% (init)',
    ]);
  });

  it('orders processes by what they used since the one before', () => {
    const before = sample(100, [record(STATUS.init), record(STATUS.odd)], 'cpu0 100 0 0 100\n');
    const init = record(STATUS.init, { system: 0.51 });
    const now = sample(200, [init, record(STATUS.odd), record(STATUS.sh)], 'cpu0 130 0 20 150\n');
    const lines = topLines(now, before, String, 9);
    assert.equal(lines[2], 'CPU states: 30.0% user, 0.0% nice, 20.0% system, 50.0% idle');
    // A process that is new has used all it has since then.
    assert.deepEqual(
      lines.slice(5).map((line) => line.replace(/^ *(\d+) .* ([\d.]+%) .*$/, '$1 $2')),
      ['81 375.0%', '1 50.0%', '408 0.0%'],
    );
  });
});
