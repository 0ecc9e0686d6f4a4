/**
 * Who opens a node of a process while that executes a set-id program either comes too late, or has opened the
 * old one and loses it. What is opened in between was allowed by rights that hold no more.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { guardedRows, oldOpener } from './fixtures/old-opener.ts';

const SCHEDULES = 60;
/** A directory, a text, what is guarded, and what is written only. */
const NODES = ['fd', 'environ', 'mem', 'note'];

describe('who opens a node while its process executes a set-id program', () => {
  for (const row of guardedRows('netbsd').filter(({ typeName }) => NODES.includes(typeName))) {
    it(`has nothing of the new program: ${row.typeName}`, () => {
      let opened = 0;
      const scenario = oldOpener('netbsd', row, { isLate: true, onOpened: () => opened++ });
      const all = explore(scenario, { strategy: 'dfs', preemptions: 0, shrink: false });
      assert.equal(all.verdict, 'proved', all.message);
      const some = explore(scenario, { schedules: SCHEDULES, shrink: false });
      assert.equal(some.verdict, 'none', some.message);
      assert.ok(opened > 0, 'never in time');
    });
  }

  it('has it where nobody revokes (procfs-no-exec-hook)', () => {
    const [row] = guardedRows('netbsd').filter(({ typeName }) => typeName === 'environ');
    const scenario = oldOpener('netbsd', row, { isLate: true }).withSeed(['procfs-no-exec-hook']);
    const { verdict, message } = explore(scenario, { schedules: SCHEDULES, shrink: false });
    assert.equal(verdict, 'assertion', message);
    assert.match(message, /environ of process \d+, which runs a set-id program, goes to user 7/);
  });
});
