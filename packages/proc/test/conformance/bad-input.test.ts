import assert from 'node:assert/strict';
import { EXPLORED, LIVE, toldRun } from './told-run.ts';

const FILE = './bad-programs.mjs';
const BOMB = { file: FILE, scenario: 'fork bomb' };
const EAGAIN = 35;
const ESRCH = 3;

describe('programs that behave badly', function () {
  this.timeout(120_000);
  const bombed = [
    `the first one exited ${EAGAIN}`,
    `nobody is left: errno ${ESRCH}`,
    ...['ten more: true', 'ten more: true', 'ten more: true', ''],
  ].join('\n');

  it('stop at the limits when they are fork bombs, and root goes on: live', async () => {
    const { report, lines } = await toldRun(
      { file: FILE, scenario: 'fork bomb' },
      { driver: 'live', ...LIVE },
    );
    assert.equal(report.outcome, 'halted', report.message);
    assert.equal(lines, bombed);
  });

  for (const seed of [1, 2, 3]) {
    it(`stop at the limits when they are fork bombs, and root goes on: seed ${seed}`, async () => {
      const limits = { ...EXPLORED.limits, strands: 20_000 };
      const options = { driver: 'explore', ...EXPLORED, limits, seed } as const;
      const { report, lines } = await toldRun(BOMB, options);
      assert.equal(report.outcome, 'halted', report.message);
      assert.equal(lines, bombed);
    });
  }

  it('are preempted by the clock when they never sleep, and can be killed on the same CPU', async () => {
    const options = { driver: 'live', cpus: 1, ...LIVE } as const;
    const { report, lines } = await toldRun({ file: FILE, scenario: 'spinners' }, options);
    assert.equal(report.outcome, 'halted', report.message);
    const told = [0, 1].map((at) => `${at} still runs: true\n${at} killed by SIGKILL\n`);
    assert.equal(lines, told.join(''));
  });

  it('are named within two seconds when they reach no operation', async () => {
    const { report } = await toldRun({ file: FILE, scenario: 'silent' }, { driver: 'live', ...LIVE });
    assert.equal(report.outcome, 'failed');
    assert.match(report.message, /reached no operation for 1\.5 s: thread silent/);
    assert.match(report.thread ?? '', /^silent/);
    assert.ok((report.runSeconds ?? 9) < 2.5, `it took ${report.runSeconds} s`);
  });
});
