import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, LiveMachine } from '@smplab/machine';
import { describe, it } from 'mocha';
import { SnapshotExport } from '../../src/export/export-snapshot.ts';
import { fileSystemImage } from '../../src/system-image.ts';

const LOOK_MS = 20;

describe('the export of a live machine', () => {
  it('keeps a whole snapshot under the link, a newer one as time goes by', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'smplab-export-'));
    const place = join(folder, 'proc');
    const machine = createMachine({
      cpus: 2,
      images: [fileSystemImage({ command: 'sleep 2', exportTicks: 10, boottime: 1_700_000_000 })],
      devices: true,
    });
    assert.ok(machine instanceof LiveMachine);
    const exporting = new SnapshotExport(machine.memory, place);
    assert.deepEqual(exporting.counts, { written: 0, tries: 0, error: 0 }, 'nothing before it has booted');
    const uptimes: number[] = [];
    const seen: string[] = [];
    const text = (name: string): string => readFileSync(join(place, name), 'latin1');
    const timer = setInterval(() => {
      if (!exporting.look()) return;
      uptimes.push(Number.parseFloat(text('uptime')));
      seen.push(`${text('1/comm')}${text('2/cmdline')}`);
    }, LOOK_MS);
    try {
      const report = await machine.run();
      assert.equal(report.outcome, 'halted', report.message);
    } finally {
      clearInterval(timer);
    }
    const { written, tries, error } = exporting.counts;
    assert.ok(written >= 1 && tries >= written && error === 0, JSON.stringify(exporting.counts));
    assert.deepEqual(
      uptimes,
      [...new Set(uptimes)].sort((a, b) => a - b),
      'each is later than the one before',
    );
    // The shell becomes the command it has been given.
    for (const each of seen) assert.match(each, /^init\n.*sleep/);
    assert.equal(readdirSync(folder).length, 2, 'the link and what it shows');
    rmSync(folder, { recursive: true });
  });
});
