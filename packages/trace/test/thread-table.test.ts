import assert from 'node:assert/strict';
import { commOf, processesOf, ThreadTable } from '../src/thread-table.ts';
import { TWO_CPUS } from './fixtures/two-cpus.ts';

describe('names of threads', () => {
  it('are cut for Linux to 15 characters without blanks', () => {
    assert.deepEqual(['main loop', 'größe', 'a=b|c', 'x'.repeat(20), '', 'cpu0/main'].map(commOf), [
      'main_loop',
      'gr__e',
      'a_b_c',
      'x'.repeat(15),
      '_',
      'cpu0/main',
    ]);
  });

  it('are there for idle CPUs and for threads that the trace does not name', () => {
    const table = new ThreadTable(TWO_CPUS);
    const { name, pid, priority } = table.get(99, 0);
    assert.deepEqual([name, pid, priority], ['thread 99', 99, 120]);
    assert.deepEqual([table.get(0, 1).name, table.get(0, 1).tid], ['swapper/1', 0]);
    assert.deepEqual([table.get(11, 1).priority, table.get(12, 1).priority], [110, 120]);
  });

  it('are there for processes: as threads say, that of the first thread, or the number', () => {
    const threads = [
      { tid: 5, pid: 4, name: 'worker' },
      { tid: 4, pid: 4, name: 'main' },
      { tid: 6, pid: 4, name: 'late', processName: 'httpd' },
      { tid: 8, pid: 7, name: 'lone' },
      { tid: 9, pid: 9, name: 'first' },
    ];
    assert.deepEqual(
      [...processesOf({ ...TWO_CPUS, threads })],
      [
        [4, 'httpd'],
        [7, 'process 7'],
        [9, 'first'],
      ],
    );
  });
});
