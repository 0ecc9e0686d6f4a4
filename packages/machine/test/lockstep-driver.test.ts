import assert from 'node:assert/strict';
import { EXPLORE_LIMITS } from '@smplab/lwkt';
import { LockstepDriver, type LockstepDriverOptions } from '../src/lockstep-driver.ts';
import { image } from './fixtures/live-run.ts';

const mix = image('', 'lockstep-mix.mjs');

const driver = (scenario: string, options: Partial<LockstepDriverOptions> = {}): LockstepDriver =>
  new LockstepDriver({
    name: scenario,
    cpus: 2,
    images: [{ ...mix, scenario }],
    limits: EXPLORE_LIMITS,
    asSeed: [],
    seed: 1,
    strategy: 'random',
    maxSteps: 100_000,
    ...options,
  });

describe('a machine in lockstep', () => {
  it('reports like the others: every CPU on its thread, with its steps', async () => {
    const report = await driver('lockstep mix').run();
    assert.deepEqual([report.driver, report.outcome, report.verdict], ['lockstep', 'halted', null]);
    assert.equal(report.message, 'all threads have ended');
    assert.match(report.traceHash ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(
      report.cpus.map(({ cpu }) => cpu),
      [0, 1],
    );
    assert.equal(new Set(report.cpus.map(({ threadId }) => threadId)).size, 2);
    assert.ok(report.cpus.every(({ operations }) => operations > 0));
  });

  it('reports a failure with its verdict', async () => {
    const report = await driver('lockstep stuck').run();
    assert.deepEqual([report.outcome, report.verdict], ['failed', 'deadlock']);
    assert.match(report.message, /cpu0\/main \(nobody\) wait/);
  });

  it('reports an image that cannot be used as refused', async () => {
    const report = await driver('no such').run();
    assert.deepEqual([report.outcome, report.verdict, report.cpus], ['refused', null, []]);
    assert.match(report.message, /has no machine scenario "no such"/);
  });

  it('reports limits that leave no room for the machine as refused', async () => {
    const limits = { ...EXPLORE_LIMITS, sleepBuckets: 4001, memoryWords: 8192 };
    const report = await driver('lockstep mix', { limits }).run();
    assert.equal(report.outcome, 'refused');
    assert.match(report.message, /^ENOMEM: cannot grow to \d+ words, the maximum is 8192$/);
  });

  it('has neither events nor mirrors, and lets its one schedule end', () => {
    const machine = driver('lockstep mix');
    machine.halt();
    assert.deepEqual([machine.events, machine.tokens], [null, null]);
  });
});
