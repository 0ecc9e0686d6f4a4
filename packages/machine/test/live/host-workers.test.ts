import assert from 'node:assert/strict';
import { describeImages } from '../../src/index.ts';
import { deathOf } from '../../src/live/host-workers.ts';
import { faults, runFault, workerThreads } from '../fixtures/fault-run.ts';
import { image } from '../fixtures/live-run.ts';

describe('the workers of a live machine', () => {
  it('may die, each at a dozen moments of a run: it ends with a report, and leaves no thread', async () => {
    const others = workerThreads();
    const problems: string[] = [];
    for (const fault of faults(24, 2, 1)) {
      const problem = await runFault(2, fault);
      if (problem !== null) problems.push(`${JSON.stringify(fault)}: ${problem}`);
    }
    assert.deepEqual(problems, []);
    assert.equal(workerThreads(), others);
  }).timeout(120_000);

  it('say what images export, without running it', async () => {
    const described = await describeImages([image('counters')], 20);
    assert.deepEqual(described, { kind: 'described', scenarios: [{ name: 'counters', cpus: 2 }] });
  });

  it('say why an image cannot be looked at, also of one that is never loaded', async () => {
    const thrown = await describeImages([image('', 'throwing-program.mjs')], 20);
    assert.ok(thrown.kind === 'refused' && /no such luck/.test(thrown.message));
    const endless = await describeImages([image('', 'endless-program.mjs')], 0.5);
    assert.deepEqual(endless, { kind: 'refused', message: 'the image was not loaded within 0.5 s' });
  });

  it('die of reasons that have words', () => {
    assert.equal(deathOf(new Error('worker exited with code: 7')), 'its program called process.exit(7)');
    assert.equal(
      deathOf(new Error('Worker terminated due to reaching memory limit: JS heap out of memory')),
      'its program used more memory than it may (heapMegabytes)',
    );
    assert.equal(deathOf('something else'), 'something else');
  });
});
