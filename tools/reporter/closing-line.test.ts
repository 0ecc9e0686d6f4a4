/** The closing line is the last line of a run, and the exit status of a failing run is not zero. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLine } from './closing-line.ts';

const reporter = fileURLToPath(new URL('closing-line.ts', import.meta.url));
const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
const tsx = import.meta.resolve('tsx');

function run(source: string): { status: number | null; last: string | undefined } {
  const folder = mkdtempSync(join(tmpdir(), 'closing-line-'));
  try {
    const file = join(folder, 'sample.cjs');
    writeFileSync(file, source);
    const options = ['--no-config', '--no-package', '--reporter', reporter, file];
    const { status, stdout } = spawnSync(process.execPath, ['--import', tsx, mocha, ...options], {
      encoding: 'utf8',
    });
    return { status, last: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('closing line', () => {
  it('leaves skipped tests out when there are none', () => {
    assert.equal(closingLine({ passes: 3, failures: 0, pending: 0 }), '3 passed, 0 failed');
  });

  it('counts skipped tests after the others', () => {
    assert.equal(closingLine({ passes: 1, failures: 2, pending: 4 }), '1 passed, 2 failed, 4 skipped');
  });

  it('is the last line of a run that passes', () => {
    assert.deepEqual(run(`it('a', () => {});`), { status: 0, last: '1 passed, 0 failed' });
  });

  it('is the last line of a run that fails, and the status says so', () => {
    const source = `it('a', () => {}); it('b', () => { throw new Error('no'); }); it('c');`;
    assert.deepEqual(run(source), { status: 1, last: '1 passed, 1 failed, 1 skipped' });
  });

  it('counts a hook that fails as failed', () => {
    assert.deepEqual(run(`before(() => { throw new Error('no'); }); it('a', () => {});`), {
      status: 1,
      last: '0 passed, 1 failed',
    });
  });
});
