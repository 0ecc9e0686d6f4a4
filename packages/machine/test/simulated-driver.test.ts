import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, type CreateMachineOptions, type MachineReport } from '../src/index.ts';
import { image } from './fixtures/live-run.ts';

const run = (options: Partial<CreateMachineOptions>): Promise<MachineReport> =>
  createMachine({ cpus: 2, driver: 'simulate', images: [image('nothing')], ...options }).run();

describe('a machine under simulate', () => {
  it('runs to its end in its own time, the same every time, which depends on what things cost', async () => {
    const images = [image('messages')];
    const [first, second] = [await run({ images }), await run({ images })];
    assert.equal(first.outcome, 'halted', first.message);
    assert.ok((first.runSeconds ?? 0) > 0);
    assert.match(first.traceHash ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(second, first);
    assert.ok(first.cpus.every(({ operations }) => operations > 0));
    const slow = await run({ images, costs: { operationNs: 1_000 } });
    assert.ok((slow.runSeconds ?? 0) > 5 * (first.runSeconds ?? 0));
    assert.notEqual(slow.traceHash, first.traceHash);
    const free = { operationNs: 0, switchNs: 0, ipiNs: 0, interruptNs: 0, clockNs: 0 };
    assert.equal((await run({ images: [image('nothing')], costs: free })).runSeconds, 0);
  });

  it('tells of what fails, by whom, and leaves a crash dump', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smplab-simulate-'));
    try {
      const report = await run({ images: [image('hides its failure')], dumpFolder: folder });
      assert.deepEqual(
        [report.outcome, report.verdict, report.cpu, report.thread],
        ['failed', 'assertion', 1, 'culprit'],
      );
      assert.ok(report.dump !== null && existsSync(report.dump));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends after its time, when it is told to, and when all wait for ever, with their names', async () => {
    const late = await run({ images: [image('messages')], timeLimitSeconds: 1e-6 });
    assert.deepEqual([late.outcome, late.runSeconds], ['time-limit', 1e-6]);
    const machine = createMachine({ cpus: 2, driver: 'simulate', images: [image('messages')] });
    machine.halt();
    assert.ok(['interrupted', 'halted'].includes((await machine.run()).outcome));
    const stuck = await run({ images: [image('sleeps for ever')] });
    assert.deepEqual([stuck.outcome, stuck.verdict], ['failed', 'deadlock'], stuck.message);
    assert.ok(
      stuck.notes.some((line) => line.includes('waits for "')),
      stuck.notes.join(),
    );
  });

  it('refuses what is for other drivers, costs that are none, images as a live machine does', async () => {
    const make = (options: object) => () =>
      createMachine({ cpus: 2, driver: 'simulate', images: [image('nothing')], ...options });
    assert.throws(make({ strategy: 'pct' }), /strategy is not for driver simulate/);
    assert.throws(make({ costs: { switchNs: -1 } }), /costs\.switchNs is -1: a time in ns/);
    const report = await run({ images: [image('', 'throwing-program.mjs')] });
    assert.deepEqual([report.driver, report.outcome], ['simulate', 'refused']);
  });

  it('tells what happens, with the time of each event and with names', async () => {
    const seen: [timeNs: number, kind: string, cpu: number][] = [];
    await run({
      images: [image('messages')],
      onEvent: (timeNs, event) => seen.push([timeNs, event.kind, event.cpu]),
    });
    const kinds = new Set(seen.map(([, kind]) => kind));
    for (const kind of ['thread-created', 'switch', 'ipi-sent', 'thread-exited'])
      assert.ok(kinds.has(kind), kind);
    for (const cpu of [0, 1]) {
      const times = seen.filter((each) => each[2] === cpu).map(([timeNs]) => timeNs);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }
  });
});
