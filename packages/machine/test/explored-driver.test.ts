import assert from 'node:assert/strict';
import { createMachine, type CreateMachineOptions, type MachineReport } from '../src/index.ts';
import { image } from './fixtures/live-run.ts';

const run = (options: Partial<CreateMachineOptions>): Promise<MachineReport> =>
  createMachine({ cpus: 2, driver: 'explore', images: [image('nothing')], ...options }).run();

describe('a machine under explore', () => {
  it('runs one schedule of a strategy and seed, and gives the hash of its trace', async () => {
    const hashes = new Set<string>();
    for (const strategy of ['random', 'pct', 'pos']) {
      const images = [image('hides its failure')];
      const first = await run({ images, strategy, seed: 7 });
      const second = await run({ images, strategy, seed: 7 });
      assert.match(first.traceHash ?? '', /^[0-9a-f]{16}$/);
      assert.equal(first.traceHash, second.traceHash);
      assert.deepEqual(
        [first.outcome, first.verdict, first.cpu, first.thread],
        ['failed', 'assertion', 1, 'culprit'],
      );
      assert.ok(first.cpus.every(({ operations }) => operations > 0));
      hashes.add(first.traceHash ?? '');
    }
    assert.ok(hashes.size > 1);
  });

  it('has the hash of the same schedule in lockstep', async () => {
    for (const seed of [1, 2]) {
      const images = [image('messages')];
      const explored = await run({ images, seed, maxSteps: 2000 });
      const stepped = await run({ images, seed, maxSteps: 2000, driver: 'lockstep' });
      assert.equal(stepped.traceHash, explored.traceHash);
      assert.deepEqual([stepped.outcome, stepped.verdict], [explored.outcome, explored.verdict]);
    }
  });

  it('refuses images as a live machine does', async () => {
    const report = await run({ images: [image('', 'throwing-program.mjs')] });
    assert.equal(report.outcome, 'refused');
    assert.match(report.message, /cannot be loaded: no such luck$/);
    const stepped = await run({ images: [image('', 'empty-program.mjs')], driver: 'lockstep' });
    assert.deepEqual([stepped.driver, stepped.outcome], ['lockstep', 'refused']);
    assert.match(stepped.message, /exports no machine scenario/);
  });

  it('mirrors its tokens as live actors, and shows them to an inspector', async () => {
    let transitions = 0;
    const machine = createMachine({
      cpus: 2,
      driver: 'explore',
      images: [image('token pair')],
      inspect: (event) => {
        if (event.type === '@xstate.snapshot') transitions++;
      },
    });
    const report = await machine.run();
    assert.equal(report.outcome, 'halted', report.message);
    assert.ok(transitions >= 8, `${transitions} transitions`);
    assert.ok(machine.tokens !== null);
    assert.equal(machine.events, null);
  });
});
