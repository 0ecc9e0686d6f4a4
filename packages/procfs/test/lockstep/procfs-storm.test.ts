import assert from 'node:assert/strict';
import { createMachine } from '@smplab/machine';
import { describe, it } from 'mocha';

const STORM = new URL('../fixtures/procfs-storm.mjs?rounds=1&spells=1', import.meta.url).href;
const LIMITS = { openFiles: 40, strands: 4000, timeouts: 4000, maxproc: 60, maxprocPerUid: 40 };

/** The hash of a run, which ends well. */
async function hashOf(driver: 'explore' | 'lockstep', seed: number): Promise<string> {
  const { outcome, message, traceHash } = await createMachine({
    cpus: 2,
    driver,
    seed,
    images: [{ module: STORM }],
    limits: { ...LIMITS, memoryWords: 1 << 21 },
    maxSteps: 1_000_000,
  }).run();
  assert.equal(outcome, 'halted', `${driver} ${seed}: ${message}`);
  assert.match(traceHash ?? '', /^[0-9a-f]{16}$/);
  return traceHash ?? '';
}

describe('a short storm on /proc, a step at a time', function () {
  this.timeout(30_000);

  it('goes well in random schedules, and in lockstep is the same as explored', async () => {
    const explored = await hashOf('explore', 1);
    assert.notEqual(await hashOf('explore', 2), explored);
    assert.equal(await hashOf('lockstep', 1), explored);
  });
});
