import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cpuTime, parseStatus, readProcesses, terminalName } from '../../src/programs/proc-table.ts';
import { fakeProc, STATUS } from './fake-proc.ts';
import { inMachine } from './run-program.ts';

describe('the process table in /proc', () => {
  it('is read field by field, from the end, as names may have blanks', () => {
    assert.deepEqual(parseStatus(STATUS.odd), {
      ...{ comm: 'a b 7 8', pid: 408, ppid: 81, pgid: 400, sid: 81, tty: '12,255', isLeader: false },
      ...{ start: 748_620_684.27, user: 0, system: 61.02, wchan: 'nochan', uid: 11 },
    });
    assert.equal(parseStatus(STATUS.sh)?.isLeader, true);
  });

  it('may be in the dialect of FreeBSD or of the README', () => {
    const freebsd = 'cat 446 439 400 81 12,0 ctty 5,1 -1,-1 0,20000 nochan 11 11 20,20,0 -\n';
    const readme = 'cat 446 439 400 81 12,0 ctty 748620684 270000 0 0 0 20000 nochan 11 20 20 20 0 21 117\n';
    for (const text of [freebsd, readme]) {
      const { comm, pid, sid, system, user, uid } = parseStatus(text) ?? {};
      assert.deepEqual([comm, pid, sid, system, user, uid], ['cat', 446, 81, 0.02, 0, 11]);
    }
    assert.equal(parseStatus(''), null);
    assert.equal(parseStatus('Name:\tcat\nPid:\t446\n'), null);
  });

  it('has all processes that are still there, by pid', () => {
    inMachine(function* (u) {
      yield* fakeProc(u, '/p');
      const found = yield* readProcesses(u, '/p');
      assert.deepEqual(
        found?.map(({ pid, args }) => [pid, args]),
        [
          [1, ''],
          [81, 'sh -c ls'],
          [408, 'cat'],
        ],
      );
      assert.equal(yield* readProcesses(u, '/none'), null);
    });
  });

  it('shows terminals and times shortly', () => {
    assert.deepEqual(['-1,-1', '12,255', '12,1', '1,0'].map(terminalName), ['??', 'con', 'v1', '1,0']);
    assert.deepEqual([0, 0.02, 61.5, 3600].map(cpuTime), ['0:00.00', '0:00.02', '1:01.50', '60:00.00']);
  });
});
